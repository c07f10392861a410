const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CLOCK = '(\\d{1,2}):(\\d\\d)(?::(\\d\\d))?';
/** `Wed, 01 Dec 2010 14:26:40 +0100` (RFC 5322, and its older forms with two digits of a year and names of zones). */
const USUAL = new RegExp(`\\b(\\d{1,2})[ -]+([a-z]{3})[a-z]*[ -]+(\\d{2,4}),?[ ]+${CLOCK}(.*)`, 'i');
/** `Fri Aug 23 17:24:49 2002 +0200`, as C and git write it. */
const OF_C = new RegExp(`\\b([a-z]{3})[a-z]*[ ]+(\\d{1,2})[ ]+${CLOCK}[ ]+(\\d{4})(.*)`, 'i');
const OF_ISO = /^\s*(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(.*)/i;

/** Hours from UTC of the zones that RFC 5322 still lets be named (section 4.3); others are as good as none. */
const ZONES: Readonly<Record<string, number>> = {
  edt: -4,
  est: -5,
  cdt: -5,
  cst: -6,
  mdt: -6,
  mst: -7,
  pdt: -7,
  pst: -8,
};

/**
 * Reads the date of a mail as an ISO instant; null where it is none, or lies in years in which nobody wrote mail. A date that
 * names no zone is taken as UTC, wherever this runs (RFC 5322, section 4.3).
 */
export function readDate(header: string): string | null {
  const text = header.replace(/\([^()]*\)/g, ' ').trim();
  const usual = USUAL.exec(text);
  if (usual) {
    const [, day, month, year, hour, minute, second, zone] = usual;
    return instant([year!, month!, day!], [hour!, minute!, second], zone!);
  }
  const ofC = OF_C.exec(text);
  if (ofC) {
    const [, month, day, hour, minute, second, year, zone] = ofC;
    return instant([year!, month!, day!], [hour!, minute!, second], zone!);
  }
  const iso = OF_ISO.exec(text);
  if (!iso) return null;
  const [, year, month, day, hour, minute, second, zone] = iso;
  return instant([year!, MONTHS[Number(month) - 1] ?? '', day!], [hour!, minute!, second], zone!);
}

function instant(
  [yearText, monthText, dayText]: readonly [string, string, string],
  [hourText, minuteText, secondText]: readonly [string, string, string | undefined],
  zone: string,
): string | null {
  const month = MONTHS.indexOf(monthText.slice(0, 3).toLowerCase());
  const [day, hour, minute] = [Number(dayText), Number(hourText), Number(minuteText)];
  // A leap second is told as the last one before it.
  const second = Math.min(Number(secondText ?? 0), 59);
  const year = fullYear(yearText);
  if (month < 0 || year < 1970 || year > 2100 || hour > 23 || minute > 59) return null;
  const at = new Date(Date.UTC(year, month, day, hour, minute, second));
  if (at.getUTCMonth() !== month || at.getUTCDate() !== day) return null;
  return new Date(at.getTime() - minutesEast(zone) * 60_000).toISOString();
}

/** Two digits from 50 on, and three, count from 1900, others from 2000 (RFC 5322, section 4.3). */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length === 2) return year + (year < 50 ? 2000 : 1900);
  return text.length === 3 ? year + 1900 : year;
}

function minutesEast(behind: string): number {
  const zone = behind.trimStart();
  const offset = /^(?:GMT|UTC?)?\s*([+-])(\d\d):?(\d\d)\b/i.exec(zone);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return minutes > 24 * 60 ? 0 : offset[1] === '-' ? -minutes : minutes;
  }
  const name = /^[a-z]+/i.exec(zone)?.[0].toLowerCase() ?? '';
  return (Object.hasOwn(ZONES, name) ? ZONES[name]! : 0) * 60;
}
