// A server of one's own: the real program on its own port and data folder, to be stopped, killed and
// started again at will.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sample, scratch } from './machine.ts';

const run = promisify(execFile);

export interface Options {
  /** Starts from the sample organization; `false`: from nothing, as in production. */
  sample?: boolean;
  /** Further arguments of `minglu serve`. */
  arguments?: string[];
  /** Settings, such as `MINGLU_IDLE_MINUTES`. */
  env?: Record<string, string>;
}

export class Server {
  readonly url: string;
  readonly folder: string;
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly options: Options,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    this.folder = mkdtempSync(join(scratch, `server-${port}-`));
    if (options.sample !== false) cpSync(sample, this.folder, { recursive: true });
  }

  static async start(port: number, options: Options = {}): Promise<Server> {
    const server = new Server(port, options);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const log = join(this.folder, 'server.log');
    const child = spawn(program(), ['serve', ...(this.options.arguments ?? [])], {
      env: this.env(),
      cwd: this.folder,
      stdio: ['ignore', 'pipe', openSync(log, 'a')],
    });
    this.child = child;
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}; see ${log}`)));
      child.stdout.on('data', (text: Buffer) => {
        // It listens before it says so.
        if (text.includes('Minglu is at')) resolve();
      });
    });
  }

  /** Ends it as an operator does. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    // It finishes open requests first; one that a test left hanging isn't worth waiting for.
    const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(late);
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs `minglu …` on the same data and returns what it printed. */
  async command(...args: string[]): Promise<string> {
    const { stdout } = await run(program(), args, { env: this.env(), cwd: this.folder });
    return stdout;
  }

  /** A fresh one-time log-in link for somebody, by user name or mobile number. */
  async link(who: string): Promise<string> {
    return linkIn(await this.command('user', 'link', who));
  }

  private env(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      MINGLU_BIND: `127.0.0.1:${this.port}`,
      MINGLU_PUBLIC_URL: this.url,
      MINGLU_DATA: this.folder,
      MINGLU_LOG: 'warn',
      ...this.options.env,
    };
  }
}

/** The log-in link in what a command printed. */
export function linkIn(printed: string): string {
  const link = /https?:\S+\/login\?token=\S+/.exec(printed)?.[0];
  if (!link) throw new Error(`no link in: ${printed}`);
  return link;
}

export function program(): string {
  const program = process.env.MINGLU_BIN;
  if (!program) throw new Error('MINGLU_BIN must name the server; `cargo xtask test --only e2e` sets it');
  return program;
}
