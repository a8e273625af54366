/**
 * What a function's code calls.
 *
 * https://webassembly.github.io/spec/core/binary/instructions.html
 *
 * @module
 */

import { BuildError } from "../build_error.ts";
import { ByteReader } from "./bytes.ts";

/** An instruction that names a function. */
export interface NamedFunction {
  /** Where it starts in the body. */
  readonly at: number;
  /** Where the next one starts. */
  readonly end: number;
  /** Which function. */
  readonly index: number;
}

const CALL = 0x10;
const RETURN_CALL = 0x12;
const REF_FUNC = 0xd2;

/**
 * The plain calls in a body, in order.
 *
 * @param body Its locals and its code, without the size before them.
 * @throws {BuildError} When there is an instruction that is not known, or one
 * that names a function and is no plain call.
 */
export function callsIn(body: Uint8Array): NamedFunction[] {
  const reader = new ByteReader(body);
  for (let groups = reader.u32(); groups > 0; groups--) {
    reader.skipNumber();
    skipType(reader);
  }
  const calls: NamedFunction[] = [];
  while (!reader.done) {
    const at = reader.at;
    const opcode = reader.byte();
    if (opcode === CALL) {
      const index = reader.u32();
      calls.push({ at, end: reader.at, index });
    } else skipImmediates(reader, opcode);
  }
  return calls;
}

function skipImmediates(reader: ByteReader, opcode: number): void {
  if (opcode >= 0x28 && opcode <= 0x3e) return skipMemory(reader);
  if (opcode >= 0x45 && opcode <= 0xc4) return; // arithmetic
  switch (opcode) {
    case 0x00: // unreachable
    case 0x01: // nop
    case 0x05: // else
    case 0x0b: // end
    case 0x0f: // return
    case 0x1a: // drop
    case 0x1b: // select
    case 0xd1: // ref.is_null
      return;
    case 0x02: // block
    case 0x03: // loop
    case 0x04: // if
      return reader.skipNumber();
    case 0x0c: // br
    case 0x0d: // br_if
    case 0x20: // local.get
    case 0x21: // local.set
    case 0x22: // local.tee
    case 0x23: // global.get
    case 0x24: // global.set
    case 0x25: // table.get
    case 0x26: // table.set
    case 0x3f: // memory.size
    case 0x40: // memory.grow
    case 0x41: // i32.const
    case 0x42: // i64.const
    case 0xd0: // ref.null
      return reader.skipNumber();
    case 0x11: // call_indirect
      return skipNumbers(reader, 2);
    case 0x0e: // br_table
      return skipNumbers(reader, reader.u32() + 1);
    case 0x1c: // select with types
      for (let types = reader.u32(); types > 0; types--) skipType(reader);
      return;
    case 0x43: // f32.const
      return void reader.take(4);
    case 0x44: // f64.const
      return void reader.take(8);
    case 0xfc:
      return skipBulk(reader);
    case 0xfd:
      return skipVector(reader);
    case RETURN_CALL:
    case REF_FUNC:
    default:
      throw unknown(opcode);
  }
}

/** Saturating conversions, and memories and tables as a whole. */
function skipBulk(reader: ByteReader): void {
  const opcode = reader.u32();
  if (opcode <= 7) return;
  if (opcode > 17) throw unknown(0xfc, opcode);
  const hasTwo = [8, 10, 12, 14].includes(opcode);
  skipNumbers(reader, hasTwo ? 2 : 1);
}

function skipVector(reader: ByteReader): void {
  const opcode = reader.u32();
  if (opcode <= 11 || opcode === 92 || opcode === 93) return skipMemory(reader);
  if (opcode === 12 || opcode === 13) return void reader.take(16);
  if (opcode >= 21 && opcode <= 34) return void reader.byte();
  if (opcode >= 84 && opcode <= 91) {
    skipMemory(reader);
    reader.byte();
  }
}

/** Alignment and offset; LLVM uses one memory. */
function skipMemory(reader: ByteReader): void {
  skipNumbers(reader, 2);
}

function skipNumbers(reader: ByteReader, count: number): void {
  for (; count > 0; count--) reader.skipNumber();
}

/** Every type that LLVM gives a local is one byte. */
function skipType(reader: ByteReader): void {
  reader.byte();
}

function unknown(...opcodes: readonly number[]): BuildError {
  const code = opcodes.map((opcode) => opcode.toString(16)).join(" ");
  return new BuildError(`Cannot split the module: instruction ${code}`);
}
