import { deflateRawSync } from 'node:zlib';

/** A file of an archive, and what the archive says of it. */
export interface Entry {
  readonly data: Buffer;
  /** What the archive says; default: what is so. */
  readonly tells?: number;
  readonly name?: string;
  /** How its directory says that it is packed, which is deflated (8). Default: as it is. */
  readonly tellsMethod?: number;
}

/** What a workbook has to have. */
const TYPES: Entry = { data: Buffer.alloc(0), name: '[Content_Types].xml' };

export interface ArchiveLies {
  /** Entries as the field of the end says that xlsx goes by. Default: as many as there are. */
  readonly onThisDisk?: number;
  /** What stands before it. Default: nothing. */
  readonly before?: Buffer;
  /** How many times the directory has the last entry. Default: once. */
  readonly lastTimes?: number;
}

/** A ZIP archive of these entries, deflated, behind the one that every workbook has. */
export function archive(entries: readonly Entry[], lies: ArchiveLies = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const { before = Buffer.alloc(0), lastTimes = 1 } = lies;
  const count = entries.length + lastTimes;
  let offset = before.length;
  for (const { data, tells = data.length, name = 'xl/x.xml', tellsMethod = 8 } of [TYPES, ...entries]) {
    const packed = deflateRawSync(data);
    const nameBytes = Buffer.from(name, 'latin1');
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(tells, 22);
    local.writeUInt16LE(nameBytes.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(tellsMethod, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(tells, 24);
    entry.writeUInt16LE(nameBytes.length, 28);
    entry.writeUInt32LE(offset, 42);
    parts.push(local, nameBytes, packed);
    directory.push(entry, nameBytes);
    offset += local.length + nameBytes.length + packed.length;
  }
  const again = Array.from({ length: lastTimes - 1 }, () => directory.slice(-2)).flat();
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(lies.onThisDisk ?? count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([before, ...parts, ...directory, ...again, end]);
}

export const zeros = (bytes: number): Entry => ({ data: Buffer.alloc(bytes) });
