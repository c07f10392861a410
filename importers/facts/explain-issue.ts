import type { BaseIssue } from 'valibot';
import { isObject } from '../results/json-shape.ts';
import { canonicalRelease } from '../../store/names/release-name.ts';
import type { Path } from './document.ts';

/** Says in the words of the format what the schema of an event refuses. */
export function explainIssue(
  issue: BaseIssue<unknown>,
  path: Path,
  written: string | undefined,
): { readonly message: string; readonly hint?: string; readonly ofKey?: boolean } {
  const name = path.map(String).join('.');
  const { input, message } = issue;
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return { message: `unknown field "${name}"`, ofKey: true };
  if (input === undefined) return { message: `"${name}" is missing` };
  if (input === null) return { message: `"${name}" is empty`, hint: 'leave the field out' };
  if (typeof input === 'number' && issue.expected === 'string') {
    const source = written ?? String(input);
    return {
      message: `"${name}" is written as a number, ${source}, and is a text`,
      hint: `quote it: "${source}"`,
    };
  }
  if (issue.type === 'min_length' && Array.isArray(input))
    return { message: `"${name}" is an empty list`, hint: 'it needs one at least' };
  if (issue.type === 'strict_object' && !isObject(input))
    return {
      message: `"${name}" is ${JSON.stringify(input)} and not a record of fields`,
      hint: 'write it as {field: value}; docs/facts.md lists the fields',
    };
  if (issue.type === 'array') return { message: `"${name}" is not a list`, hint: 'write it as [one, two]' };
  if (issue.type === 'picklist' || issue.type === 'union')
    return {
      message: `"${name}" cannot be ${JSON.stringify(input)}`,
      ...(issue.expected === null ? {} : { hint: `expected ${issue.expected}` }),
    };
  const release = typeof input === 'string' ? canonicalRelease(input) : null;
  if (message.includes('kernel release') && release !== null)
    return {
      message: `"${name}": "${input as string}" is not how a release is named`,
      hint: `write "${release}"`,
    };
  return {
    message: `"${name}": ${message}${typeof input === 'string' ? `: "${input.slice(0, 60)}"` : ''}`,
  };
}
