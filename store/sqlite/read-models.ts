import { beginSoon, cannotWrite } from './beside-log.ts';
import type { Connection } from './connection.ts';
import type { ReadModel, ReadModelRows, ReadModelWriter } from '../read-model.ts';
import { PAGE, rowAccess, type LogReader } from './read-model-rows.ts';
import { createTables, isSound } from './read-model-tables.ts';

/**
 * Updates the rows of a model to the head of the log and gives them. Rows and checkpoint change in one transaction. Where nothing can be
 * written (a read-only file, a full disk, another writer), a model that is behind is folded into temporary tables, so that a question
 * needs no room and does not wait.
 */
export async function rowsOf(
  db: Connection,
  model: ReadModel,
  log: LogReader,
  readOnly: boolean,
): Promise<ReadModelRows> {
  const head = () => db.column('SELECT position FROM head').get() as number;
  const mark = db.rows('SELECT version, position FROM read_model WHERE name = ?').get(model.name) as
    { version: string; position: number } | undefined;
  const rows = rowAccess(db, model, log, 'main');
  if (mark?.position === head() && isSound(db, model, mark.version)) return rows;
  const aside = async () => {
    const temporary = rowAccess(db, model, log, 'temp');
    createTables(db, model, 'temp');
    await fold(model, temporary, log, 0, head());
    return temporary;
  };
  if (readOnly) return aside();
  try {
    beginSoon(db);
    const again = db.rows('SELECT version, position FROM read_model WHERE name = ?').get(model.name) as
      { version: string; position: number } | undefined;
    const sound = isSound(db, model, again?.version);
    if (!sound) createTables(db, model, 'main');
    // The fold awaits nothing but its own rows, which are there at once: no other work can slip in.
    await fold(model, rows, log, sound ? again!.position : 0, head());
    db.rows(
      'INSERT INTO read_model VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, position = excluded.position',
    ).run(model.name, model.version, head());
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    if (cannotWrite(error)) return aside();
    throw error;
  }
  return rows;
}

async function fold(
  model: ReadModel,
  rows: ReadModelWriter,
  log: LogReader,
  from: number,
  to: number,
): Promise<void> {
  for (let after = from; ;) {
    const page = log.page(model.types, after, to, PAGE);
    if (page.length === 0) return;
    await model.fold(rows, page);
    after = page.at(-1)!.position;
  }
}
