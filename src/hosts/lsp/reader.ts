import { AbstractMessageReader, type DataCallback, type Disposable } from 'vscode-languageserver/node';

/** A message that says it is longer than this is not waited for. */
const MESSAGE_LIMIT = 128_000_000;
/** A header is at most so long; what is longer is no header. */
const HEADER_LIMIT = 4096;

const HEADER = Buffer.from('content-length:');
const END = Buffer.from('\r\n\r\n');

/**
 * Reads messages with headers, and finds the next message after bytes that are none: a header without a length, a body that
 * is no JSON or was cut off. The reader of vscode-jsonrpc throws at the first bad header and hears nothing after it.
 */
export class ResyncingReader extends AbstractMessageReader {
  readonly #source: NodeJS.ReadableStream;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  /** How many bytes there must be before it is worth to look again. */
  #needed = 0;

  constructor(source: NodeJS.ReadableStream) {
    super();
    this.#source = source;
  }

  listen(callback: DataCallback): Disposable {
    let open = true;
    const onData = (chunk: Uint8Array | string): void => {
      const bytes =
        typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      this.#chunks.push(bytes);
      this.#size += bytes.length;
      while (open && this.#size >= this.#needed && this.#size > 0) if (!this.#take(callback)) break;
    };
    const onEnd = (): void => {
      if (open) this.fireClose();
      open = false;
    };
    const onError = (error: Error): void => this.fireError(error);
    this.#source.on('data', onData);
    this.#source.on('end', onEnd);
    this.#source.on('close', onEnd);
    this.#source.on('error', onError);
    return {
      dispose: () => {
        open = false;
        this.#source.off('data', onData);
        this.#source.off('end', onEnd);
        this.#source.off('close', onEnd);
        this.#source.off('error', onError);
      },
    };
  }

  /** Takes one message, or what cannot be one, from the front; false when more bytes are needed. */
  #take(callback: DataCallback): boolean {
    const buffer = this.#whole();
    const end = buffer.indexOf(END);
    if (end === -1) {
      if (buffer.length > HEADER_LIMIT) this.#skip(buffer, 1, 'there is no header where a message should begin');
      else this.#needed = this.#size + 1;
      return buffer.length > HEADER_LIMIT;
    }
    const header = buffer.toString('latin1', 0, end);
    const length = /^content-length:[ \t]*(\d{1,10})[ \t]*$/im.exec(header)?.[1];
    if (length === undefined || !/^(?:[\w-]+:[^\n]*(?:\r\n|$))+$/.test(header) || Number(length) > MESSAGE_LIMIT) {
      // What looks like a header further on may be one: a message before it was cut off.
      this.#skip(buffer, 1, 'a message has no header that can be read');
      return true;
    }
    const from = end + END.length;
    const to = from + Number(length);
    if (buffer.length < to) {
      this.#needed = to;
      return false;
    }
    const body = buffer.toString('utf8', from, to);
    let message: unknown;
    try {
      message = JSON.parse(body);
    } catch {
      // The length may be wrong, so the next header may be inside of what was taken for the body.
      this.#skip(buffer, from, 'a message is no JSON');
      return true;
    }
    this.#keep(buffer.subarray(to));
    if (typeof message !== 'object' || message === null || Array.isArray(message))
      this.fireError(new Error('a message is no object'));
    else callback({ jsonrpc: '2.0', ...message });
    return true;
  }

  /** Goes on at the next header from an offset on. */
  #skip(buffer: Buffer, from: number, reason: string): void {
    this.fireError(new Error(reason));
    const next = indexOfHeader(buffer, from);
    // A header may have begun at the very end.
    this.#keep(next === -1 ? buffer.subarray(Math.max(from, buffer.length - HEADER.length)) : buffer.subarray(next));
  }

  #whole(): Buffer {
    const [only, ...others] = this.#chunks;
    if (only !== undefined && others.length === 0) return only;
    const whole = Buffer.concat(this.#chunks);
    this.#chunks.splice(0, this.#chunks.length, whole);
    return whole;
  }

  #keep(rest: Buffer): void {
    this.#chunks.splice(0, this.#chunks.length, ...(rest.length === 0 ? [] : [rest]));
    this.#size = rest.length;
    this.#needed = 0;
  }
}

function indexOfHeader(buffer: Buffer, from: number): number {
  for (let at = from; at <= buffer.length - HEADER.length; at += 1) {
    if ((buffer[at] ?? 0) !== 0x43 && (buffer[at] ?? 0) !== 0x63) continue;
    if (buffer.toString('latin1', at, at + HEADER.length).toLowerCase() === HEADER.toString()) return at;
  }
  return -1;
}
