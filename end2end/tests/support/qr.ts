// Codes as a phone's camera sees them: read off the screen by another reader than the app's own, and
// turned into the picture of a fake camera.
import { writeFileSync } from 'node:fs';
import type { Locator } from '@playwright/test';
import jsqr from 'jsqr';

// The package is CommonJS.
const decode = ((jsqr as any).default ?? jsqr) as typeof jsqr.default;

/** Dark modules by row, with the quiet zone. */
type Modules = boolean[][];

/** The text of the code that is shown. */
export async function readCode(shown: Locator): Promise<string> {
  const scale = 4;
  const modules = await modulesOf(shown);
  const side = modules.length * scale;
  const pixels = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const light = modules[Math.floor(y / scale)][Math.floor(x / scale)] ? 0 : 255;
      pixels.set([light, light, light, 255], (y * side + x) * 4);
    }
  }
  const found = decode(pixels, side, side);
  if (!found) throw new Error('the code on the screen is not readable');
  return found.data;
}

/** Writes the code that is shown as the film of a camera that looks at it. */
export async function filmCode(shown: Locator, file: string): Promise<void> {
  const modules = await modulesOf(shown);
  film(file, modules, Math.floor((HEIGHT - 20) / modules.length));
}

/** The same of a bar code, given as its bars and spaces from left to right. */
export function filmBars(bars: string, file: string): void {
  const line = [...bars].map((bar) => bar === '1');
  film(file, Array.from({ length: 60 }, () => line), 5);
}

const [WIDTH, HEIGHT] = [640, 480];

function film(file: string, modules: Modules, scale: number): void {
  const [left, top] = [
    [WIDTH, modules[0].length],
    [HEIGHT, modules.length],
  ].map(([whole, count]) => Math.floor((whole - count * scale) / 2));
  const light = Buffer.alloc(WIDTH * HEIGHT, 235);
  modules.forEach((row, y) =>
    row.forEach((dark, x) => {
      if (!dark) return;
      for (let line = 0; line < scale; line++) {
        light.fill(16, (top + y * scale + line) * WIDTH + left + x * scale, (top + y * scale + line) * WIDTH + left + (x + 1) * scale);
      }
    }),
  );
  const color = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), light, color]);
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(file, Buffer.concat([head, frame, frame]));
}

async function modulesOf(shown: Locator): Promise<Modules> {
  const { box, path } = await shown.locator('svg').evaluate((svg) => ({
    box: svg.getAttribute('viewBox') ?? '',
    path: svg.querySelector('path')?.getAttribute('d') ?? '',
  }));
  const side = Number(box.split(' ')[2]);
  const modules: Modules = Array.from({ length: side }, () => Array(side).fill(false));
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    modules[Number(y)].fill(true, Number(x), Number(x) + Number(run));
  }
  return modules;
}
