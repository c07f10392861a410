/** What make prints about the collection that it builds. */
export type BuildNews = { readonly entered: string } | { readonly failed: string };

const ENTERED =
  /^(?:Running tests in |(make)(?:\[\d+\])?: Entering directory .*\/testing\/selftests\/)([\w./-]+)/;
/** `[run_tests] Error` only says that a test failed. */
const FAILED =
  /^(?:(?:make(?:\[\d+\])?|(?=\S*Makefile)\S*:\d+): \*\*\* (?!.*\brun_tests\]).*(?:Error \d+|Stop\.)|(?=\S*Makefile)\S*: recipe for target .* failed)$/;

/** Notices that the programs of a collection could not be built: then there are no results at all. */
export class BuildWatch {
  private building = false;

  /** Whether the next lines may report that the build failed. */
  get isBuilding(): boolean {
    return this.building;
  }

  /** Reads the start of a collection, or the line that reports that its build failed; null for other lines. */
  read(body: string): BuildNews | null {
    const entered =
      body.startsWith('Running tests in ') || body.startsWith('make') ? ENTERED.exec(body) : null;
    if (entered) {
      this.building = entered[1] === 'make';
      return { entered: entered[2]! };
    }
    if (!this.building || !FAILED.test(body)) return null;
    this.building = false;
    return { failed: body };
  }

  /** Notes that a program ran: an error of make after that is a failure of the program, not of the build. */
  ran(): void {
    this.building = false;
  }
}
