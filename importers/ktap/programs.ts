import { isSameProgram, parseHeader, type Program } from './verdict.ts';

/** A program that runs, since the line of its header. */
export interface OpenProgram extends Program {
  readonly line: number;
  /** Whether there was output of it, behind `# `. */
  output: boolean;
}

type Header = Program & { readonly line: number };

/** Called when a program begins, and when one ends without a verdict. */
export interface ProgramEvents {
  began(program: OpenProgram): void;
  gaveUp(program: OpenProgram): void;
}

/** Tracks which program of kselftest runs, by the runner's headers and verdicts. */
export class Programs {
  current: OpenProgram | null = null;
  collection = '';
  /** A header without `# `: a program, or an entry in a listing of programs. */
  private tentative: Header | null = null;
  private readonly events: ProgramEvents;

  constructor(events: ProgramEvents) {
    this.events = events;
  }

  /** Reads a header; false where the line is none. */
  header(body: string, hashes: number, line: number): boolean {
    const header = parseHeader(body);
    if (!header) return false;
    const open = this.current;
    // The 5.x runner prints it twice, once for itself and once as output.
    if (open && isSameProgram(open, header) && !open.output) return true;
    if (hashes === 0) this.tentative = withLine(header, line);
    else this.open(withLine(header, line));
    return true;
  }

  /** In a listing (of programs to skip, say) another header or an empty line follows; a program has output. */
  settle(body: string, line: number): void {
    const header = this.tentative;
    if (header === null || line === header.line) return;
    this.tentative = null;
    if (line === header.line + 1 && !parseHeader(body)) this.open(header);
  }

  /** The log ends here: a header in its last line is one of a program. */
  settleLast(): void {
    if (this.tentative) this.open(this.tentative);
    this.tentative = null;
  }

  private open(header: Header): void {
    this.giveUp();
    this.collection = header.collection;
    const { collection, program, line } = header;
    this.current = { collection, program, line, output: false };
    this.events.began(this.current);
  }

  /** The runner's verdict on a program; another one that was open has none. */
  end(program: Program): void {
    if (this.current && !isSameProgram(this.current, program)) this.giveUp();
    this.collection = program.collection;
    this.current = null;
  }

  /** Ends the open program, if there is one, without a verdict. */
  giveUp(): void {
    const open = this.current;
    this.current = null;
    if (open) this.events.gaveUp(open);
  }
}

function withLine({ collection, program }: Program, line: number): Header {
  return { collection, program, line };
}
