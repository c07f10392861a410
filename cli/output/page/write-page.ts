import { painter, writeJson, type CommonArguments, type World } from '../../context.ts';
import type { Page } from './page.ts';

/** Writes an answer in the format that was asked for: its document as JSON, or its page. */
export async function writeAnswer(
  world: World,
  args: CommonArguments,
  document: unknown,
  laidOut: () => Page,
): Promise<void> {
  const page = () => atItsMoment(laidOut(), args);
  switch (args.format) {
    case 'json':
      writeJson(world, document);
      return;
    case 'markdown':
      world.out((await import('./markdown.ts')).markdownPage(page()));
      return;
    case 'rst':
      world.out((await import('./rst.ts')).rstPage(page()));
      return;
    case 'asciidoc':
      world.out((await import('./asciidoc.ts')).asciidocPage(page()));
      return;
    case 'html':
      world.out((await import('./html.ts')).htmlPage(page()));
      return;
    default:
      world.out((await import('./text.ts')).textPage(page(), world.columns, painter(world, args)));
  }
}

/** Says in the title of which moment a page tells, so that one that is kept is not taken for what is known now. */
function atItsMoment(page: Page, { asOf, asRecorded }: CommonArguments): Page {
  const moments = [
    ...(asOf === undefined || page.title.includes(asOf) ? [] : [` as of ${asOf}`]),
    ...(asRecorded === undefined ? [] : [`, as recorded at ${asRecorded}`]),
  ];
  return { ...page, title: page.title + moments.join('') };
}
