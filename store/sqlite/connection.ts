import Database from 'better-sqlite3';

/** A prepared statement. */
export type Statement = Database.Statement;

/**
 * All connections of this process, also the closed ones. Since Node 24.19 a process aborts when the garbage collector collects an object of
 * better-sqlite3 12 (`RemoveEnvironmentCleanupHook: Assertion failed:
 * (env) != nullptr`); better-sqlite3 13 is made otherwise, and needs a newer Node than 20. What is held is never met: so
 * connections stay, and a statement is prepared once for its text.
 */
const all: Connection[] = [];

/** An open database. Only this file uses better-sqlite3. */
export class Connection {
  private readonly db: Database.Database;
  private readonly prepared = {
    rows: new Map<string, Statement>(),
    column: new Map<string, Statement>(),
    lists: new Map<string, Statement>(),
  };

  /** Opens a file, or the bytes of one; an empty path is a database that goes when it is closed. */
  constructor(
    file: string | Buffer,
    options: { readonly readonly?: boolean; readonly timeout?: number } = {},
  ) {
    this.db = new Database(file, options);
    all.push(this);
  }

  /** A statement that gives its rows as objects, or that changes something. */
  rows(sql: string): Statement {
    return this.once('rows', sql, (statement) => statement);
  }

  /** A statement that gives the first column of its rows. */
  column(sql: string): Statement {
    return this.once('column', sql, (statement) => statement.pluck());
  }

  /** A statement that gives its rows as lists of columns, which is twice as fast as objects. */
  lists(sql: string): Statement {
    return this.once('lists', sql, (statement) => statement.raw());
  }

  /** Runs statements that give nothing. */
  exec(sql: string): void {
    this.db.exec(sql);
  }

  /** Reads a setting or asks a check of SQLite: the one value that a pragma gives. */
  pragma(name: string): unknown {
    return this.column(`PRAGMA ${name}`).get();
  }

  /** Changes settings: `name = value`. */
  set(...settings: readonly string[]): void {
    for (const setting of settings) this.db.exec(`PRAGMA ${setting}`);
  }

  /** Wraps a function in a transaction. */
  transaction<T>(work: () => T): { deferred(): T; immediate(): T } {
    return this.db.transaction(work);
  }

  get inTransaction(): boolean {
    return this.db.inTransaction;
  }

  close(): void {
    this.db.close();
  }

  private once(
    kind: keyof typeof this.prepared,
    sql: string,
    made: (statement: Statement) => Statement,
  ): Statement {
    const known = this.prepared[kind].get(sql);
    if (known) return known;
    const statement = made(this.db.prepare(sql));
    this.prepared[kind].set(sql, statement);
    return statement;
  }
}
