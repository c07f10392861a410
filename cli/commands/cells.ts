import type { TableOptions } from '../../queries/tables/table.ts';

/** Which cells are asked about. */
export interface CellArguments {
  readonly archs?: string;
  readonly consumers?: string;
}

/** Which cells of a table are asked about. */
export interface TableArguments extends CellArguments {
  readonly releases?: string;
  readonly config?: string;
}

/** The cells as the questions take them. */
export const cellsOf = ({ archs, consumers }: CellArguments) => ({
  ...(archs === undefined ? {} : { archs: [archs] }),
  ...(consumers === undefined ? {} : { consumers: [consumers] }),
});

/** The cells of a table as the questions take them. */
export const tableCellsOf = ({ releases, config, ...cells }: TableArguments): TableOptions => ({
  ...cellsOf(cells),
  ...(releases === undefined ? {} : { releases }),
  ...(config === undefined ? {} : { config }),
});
