// Real JPEGs as a phone's camera makes them: large, noisy, turned by EXIF, with time and place in it.
import type { NewPage } from './test.ts';

export interface Picture {
  name: string;
  mimeType: 'image/jpeg';
  buffer: Buffer;
}

/** Two or more different photos of 2400×1800 pixels, held upright (EXIF orientation 6). */
export async function takePhotos(newPage: NewPage, ...captions: string[]): Promise<Picture[]> {
  const page = await newPage();
  const pictures: Picture[] = [];
  for (const [index, caption] of captions.entries()) {
    const data = await page.evaluate(paint, { caption, seed: index + 1 });
    const plain = Buffer.from(data.split(',')[1], 'base64');
    pictures.push({
      name: `IMG_${20261100 + index}.jpg`,
      mimeType: 'image/jpeg',
      buffer: Buffer.concat([plain.subarray(0, 2), exif(), plain.subarray(2)]),
    });
  }
  await page.context().close();
  return pictures;
}

/** Whether a JPEG says where it was taken, or anything else about the camera. */
export function hasExif(jpeg: Buffer): boolean {
  return jpeg.includes('Exif\0\0');
}

function paint({ caption, seed }: { caption: string; seed: number }): string {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [2400, 1800];
  const on = canvas.getContext('2d')!;
  const sky = on.createLinearGradient(0, 0, 0, 1800);
  sky.addColorStop(0, `hsl(${seed * 67} 60% 70%)`);
  sky.addColorStop(1, `hsl(${seed * 67 + 120} 40% 45%)`);
  on.fillStyle = sky;
  on.fillRect(0, 0, 2400, 1800);
  // Noise, as in a market hall: it keeps the file from packing down to nothing.
  let state = seed * 2654435761;
  for (let n = 0; n < 20_000; n++) {
    state = (state * 1664525 + 1013904223) >>> 0;
    on.fillStyle = `rgb(${state >>> 24} ${(state >>> 16) & 255} ${(state >>> 8) & 255})`;
    on.fillRect(state % 2400, (state >>> 11) % 1800, 9, 9);
  }
  on.fillStyle = 'white';
  on.font = '160px sans-serif';
  on.fillText(caption, 160, 900);
  return canvas.toDataURL('image/jpeg', 0.9);
}

/** An APP1 segment: orientation 6 (turn right to see it upright), a camera's name, a place. */
function exif(): Buffer {
  const text = Buffer.from('Minglu Test Camera\0\0');
  const entries = (list: [number, number, number, number][]) => {
    const block = Buffer.alloc(2 + list.length * 12 + 4);
    block.writeUInt16LE(list.length, 0);
    list.forEach(([tag, type, count, value], n) => {
      block.writeUInt16LE(tag, 2 + n * 12);
      block.writeUInt16LE(type, 4 + n * 12);
      block.writeUInt32LE(count, 6 + n * 12);
      block.writeUInt32LE(value, 10 + n * 12);
    });
    return block;
  };
  const rationals = (...values: number[]) => {
    const block = Buffer.alloc(values.length * 8);
    values.forEach((value, n) => {
      block.writeUInt32LE(value, n * 8);
      block.writeUInt32LE(1, n * 8 + 4);
    });
    return block;
  };
  const head = Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
  const mainSize = 2 + 3 * 12 + 4;
  const textAt = head.length + mainSize;
  const placeAt = textAt + text.length;
  const placeSize = 2 + 4 * 12 + 4;
  const main = entries([
    [0x010f, 2, text.length, textAt],
    [0x0112, 3, 1, 6],
    [0x8825, 4, 1, placeAt],
  ]);
  const [north, east] = ['N'.charCodeAt(0), 'E'.charCodeAt(0)];
  const place = entries([
    [1, 2, 2, north],
    [2, 5, 3, placeAt + placeSize],
    [3, 2, 2, east],
    [4, 5, 3, placeAt + placeSize + 24],
  ]);
  const tiff = Buffer.concat([head, main, text, place, rationals(30, 16, 27), rationals(120, 9, 11)]);
  const body = Buffer.concat([Buffer.from('Exif\0\0'), tiff]);
  const marker = Buffer.from([0xff, 0xe1, 0, 0]);
  marker.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([marker, body]);
}
