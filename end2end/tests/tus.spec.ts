// Photos come by an open protocol: the reference client of tus 1.0, unchanged, uploads to this server
// over a connection that breaks.
import { createHash } from 'node:crypto';
import { Upload, type UploadOptions } from 'tus-js-client';
import { takePhotos, type Picture } from './support/photos.ts';
import { port } from './support/machine.ts';
import { Gateway } from './support/proxy.ts';
import { expect, test, type Server } from './support/test.ts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes);

/** What an upload came to. */
interface Ended {
  url: string | null;
  /** The status that the client gave up at; `undefined`: success. */
  refused?: number;
  /** The offset of each piece that the client sent. */
  offsets: number[];
}

class Device {
  private constructor(
    readonly endpoint: string,
    private readonly cookie: string,
    private readonly id: string,
  ) {}

  /** Logs in as a phone does, at the server or at a gateway before it. */
  static async of(server: Server, who: string, url = server.url): Promise<Device> {
    const token = new URL(await server.link(who)).searchParams.get('token');
    const device = { name: 'tus-js-client', kind: 'phone', app_build: 'tus-js-client 4.3.1' };
    const answer = await fetch(url + '/api/session/one-time', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, device }),
    });
    const session = await answer.json();
    return new Device(url + '/api/blobs', answer.headers.getSetCookie()[0].split(';')[0], session.device_id);
  }

  /** An upload that hasn't begun; `name` is what the bytes are said to hash to. */
  upload(photo: Picture, options: UploadOptions = {}, name = sha256(photo.buffer).digest('hex')): Upload {
    return new Upload(photo.buffer, {
      endpoint: this.endpoint,
      metadata: { sha256: name, filetype: photo.mimeType, device: this.id },
      chunkSize: 256 * 1024,
      retryDelays: [0, 20, 20, 20],
      ...options,
      headers: { Cookie: this.cookie, ...options.headers },
    });
  }

  ask(url: string, init: RequestInit = {}): Promise<Response> {
    return fetch(url, { ...init, headers: { cookie: this.cookie, 'tus-resumable': '1.0.0', ...init.headers } });
  }

  /** What the server has under this name. */
  async stored(name: string): Promise<Buffer> {
    const answer = await this.ask(`${this.endpoint}/${name}`);
    expect(answer.status).toBe(200);
    return Buffer.from(await answer.arrayBuffer());
  }
}

function run(upload: Upload): Promise<Ended> {
  return new Promise((resolve) => {
    const offsets: number[] = [];
    upload.options.onBeforeRequest = (request) => {
      if (request.getMethod() === 'PATCH') offsets.push(Number(request.getHeader('Upload-Offset')));
    };
    upload.options.onSuccess = () => resolve({ url: upload.url, offsets });
    upload.options.onError = (error) => {
      const refused = 'originalResponse' in error ? (error.originalResponse?.getStatus() ?? 0) : 0;
      resolve({ url: upload.url, refused, offsets });
    };
    upload.start();
  });
}

test('tus-js-client uploads a photo through cuts in the middle of its pieces', async ({ newPage, server }, info) => {
  const [photo] = await takePhotos(newPage, '切断');
  const name = sha256(photo.buffer).digest('hex');
  const gateway = new Gateway(server);
  const device = await Device.of(server, 'zhangruoshui', await gateway.open(port(info, 5)));
  gateway.cuts = [100_000, 1, 200_000, 0];

  // The server has time to write down what came before a cut.
  const ended = await run(device.upload(photo, { retryDelays: [800, 800, 800, 800] }));
  expect(ended.refused).toBeUndefined();
  expect(gateway.cuts).toEqual([]);
  // That is kept: after the first cut it goes on in the middle of a piece.
  expect(photo.buffer.length).toBeGreaterThan(700_000);
  expect(ended.offsets[1]).toBeGreaterThan(0);
  expect(ended.offsets[1]).toBeLessThanOrEqual(100_000);
  expect(ended.offsets).toEqual([...ended.offsets].sort((a, b) => a - b));
  expect(sha256(await device.stored(name)).digest('hex')).toBe(name);
  await gateway.close();
});

test('an upload that is created again goes on, and one that is stored is not sent', async ({ newPage, server }, info) => {
  const [photo] = await takePhotos(newPage, '又一次');
  const gateway = new Gateway(server);
  const device = await Device.of(server, 'zhangruoshui', await gateway.open(port(info, 5)));

  gateway.cuts = [150_000];
  const first = await run(device.upload(photo, { retryDelays: [] }));
  expect(first.refused).toBe(0);
  // Another client that knows nothing of the first: its creation names the same upload.
  const second = await run(device.upload(photo));
  expect(second.url).toBe(first.url);
  expect(second.refused).toBeUndefined();
  expect(second.offsets[1]).toBeGreaterThan(0);

  const third = await run(device.upload(photo));
  expect(third.refused).toBeUndefined();
  expect(third.url).toBe(`${device.endpoint}/${sha256(photo.buffer).digest('hex')}`);
  await gateway.close();
});

test('an upload can be terminated', async ({ newPage, server }, info) => {
  const [photo] = await takePhotos(newPage, '不要了');
  const gateway = new Gateway(server);
  const device = await Device.of(server, 'zhangruoshui', await gateway.open(port(info, 5)));
  gateway.cuts = [150_000];
  const upload = device.upload(photo, { retryDelays: [] });
  const { url } = await run(upload);
  const begun = await device.ask(url!, { method: 'HEAD' });
  // How much of what was cut is durable depends on how soon one asks.
  expect(begun.status).toBe(200);
  expect(Number(begun.headers.get('upload-offset'))).toBeLessThan(photo.buffer.length);
  expect(Date.parse(begun.headers.get('upload-expires')!)).toBeGreaterThan(Date.now());

  await upload.abort(true);
  expect((await device.ask(url!, { method: 'HEAD' })).status).toBe(404);
  await gateway.close();
});

test('bytes that are not what they are said to be are refused', async ({ newPage, server }) => {
  const [photo, other] = await takePhotos(newPage, '真的', '别的');
  const device = await Device.of(server, 'zhangruoshui');
  const whole = { chunkSize: Infinity };

  // A piece whose checksum doesn't fit counts for nothing.
  const sha1 = (bytes: Buffer) => `sha1 ${createHash('sha1').update(bytes).digest('base64')}`;
  const checked = (bytes: Buffer) => ({ ...whole, headers: { 'Upload-Checksum': sha1(bytes) } });
  const wrong = await run(device.upload(photo, checked(other.buffer)));
  expect(wrong.refused).toBe(460);
  expect((await device.ask(wrong.url!, { method: 'HEAD' })).headers.get('upload-offset')).toBe('0');
  const right = await run(device.upload(photo, checked(photo.buffer)));
  expect(right).toMatchObject({ url: wrong.url, offsets: [0] });
  expect(right.refused).toBeUndefined();

  // Nor do bytes that don't hash to the blob's name.
  const name = sha256(other.buffer).digest('hex');
  const false_ = await run(device.upload({ ...other, buffer: photo.buffer }, whole, name));
  expect(false_.refused).toBe(460);
  expect((await device.ask(`${device.endpoint}/${name}`)).status).toBe(404);
});
