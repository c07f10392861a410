import type { Connection, Statement } from './connection.ts';

let tables = 0;

/** A set of event ids. What does not fit into memory goes to a temporary table, so that a file may hold millions. */
export class DistinctIds {
  private readonly db: Connection;
  private readonly most: number;
  private readonly held = new Set<string>();
  private rest: IdTable | null = null;

  /** `most`: how many are held in memory, at about 100 bytes each. */
  constructor(db: Connection, most: number) {
    this.db = db;
    this.most = most;
  }

  /** Adds an id; false where it was there. */
  add(id: string): boolean {
    if (this.held.has(id)) return false;
    if (this.rest === null && this.held.size < this.most) {
      this.held.add(id);
      return true;
    }
    this.rest ??= new IdTable(this.db);
    return this.rest.add(id);
  }

  /** Takes an id out; false where it was not there. */
  delete(id: string): boolean {
    return this.held.delete(id) || (this.rest?.delete(id) ?? false);
  }

  /** Removes the temporary table, if there is one. */
  drop(): void {
    this.rest?.drop();
    this.rest = null;
  }
}

class IdTable {
  private readonly db: Connection;
  private readonly name = `temp.ids_${++tables}`;
  private readonly adding: Statement;
  private readonly deleting: Statement;

  constructor(db: Connection) {
    this.db = db;
    db.exec(`CREATE TABLE ${this.name} (id BLOB PRIMARY KEY) WITHOUT ROWID`);
    this.adding = db.rows(`INSERT OR IGNORE INTO ${this.name} VALUES (?)`);
    this.deleting = db.rows(`DELETE FROM ${this.name} WHERE id = ?`);
  }

  add(id: string): boolean {
    return this.adding.run(Buffer.from(id, 'hex')).changes > 0;
  }

  delete(id: string): boolean {
    return this.deleting.run(Buffer.from(id, 'hex')).changes > 0;
  }

  drop(): void {
    this.db.exec(`DROP TABLE ${this.name}`);
  }
}
