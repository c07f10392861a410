import { expect, it } from 'vitest';
import { storeFailure } from '../../store/sqlite/failures.ts';

it('calls a log damaged only where it is: what could not be written is not in it', () => {
  const failed = (code: string) => storeFailure(Object.assign(new Error('disk I/O error'), { code }), 'x.db');
  expect(failed('SQLITE_IOERR_WRITE')).toMatchObject({
    code: 'full',
    message: 'x.db could not be written: disk I/O error',
  });
  expect(failed('SQLITE_IOERR_READ')).toMatchObject({ code: 'damaged' });
});
