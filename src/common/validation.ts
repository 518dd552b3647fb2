import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { plainToInstance, Type } from 'class-transformer';
import {
  getMetadataStorage,
  IsObject,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  type ValidationError,
  validateSync,
} from 'class-validator';
import { InvalidRequestError, type Violation } from './errors.ts';
import { type NameRule, pathTo, textFlaw, unstorable } from './storable.ts';

type Class<T extends object> = new () => T;

/** What class-validator cannot express: maps, and rules over several fields. Gets unchecked input. */
type Rules = (input: Readonly<Record<string, unknown>>, path: string) => Violation[];

/** Enough to mend a request; the rest of a hostile one is not worth the answer. */
const MAX_VIOLATIONS = 50;

/** The longest list that a field can take, whatever its own limit is. */
const MAX_ENTRIES = 2_500;

const JSON_VALUE = 'isJsonValue';

/** Throws when there is something to complain about. */
export function refuse(violations: readonly Violation[]): void {
  if (violations.length > 0) throw new InvalidRequestError(violations.slice(0, MAX_VIOLATIONS));
}

/**
 * Turns untrusted input into an instance of a class with class-validator's decorators, or throws
 * an `InvalidRequestError` that lists everything that is wrong with it. Unknown fields are refused,
 * and so is whatever PostgreSQL could not store, wherever it stands.
 */
export function validated<T extends object>(
  type: Class<T>,
  value: unknown,
  { path = '', rules = () => [] }: { path?: string; rules?: Rules } = {},
): T {
  if (!isRecord(value)) throw new InvalidRequestError([notAnObject(value, path)]);

  const { fields, jsonValues, violations, flawed } = sift(type, value, path);
  const instance = Object.assign(plainToInstance(type, fields), jsonValues);
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
  });
  // What was sifted out has been complained about: that it is now missing is no news.
  const others = errors.filter(({ property }) => !flawed.has(property));
  refuse([
    ...violations,
    ...violationsOf(others, path),
    ...rules({ ...fields, ...jsonValues }, path),
  ]);
  return instance;
}

/** What class-validator found, field by field, in plain words and with dotted paths. */
export function violationsOf(errors: readonly ValidationError[], path = ''): Violation[] {
  return errors.flatMap((error) => {
    const place = pathTo(path, error.property);
    const own = [...new Set(messagesOf(error))].map((message) => ({ path: place, message }));
    return [...own, ...violationsOf(error.children ?? [], place)];
  });
}

/** Checks bodies and queries whose type is a class of ours; for the whole application. */
@Injectable()
export class InputPipe implements PipeTransform {
  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    const native: unknown[] = [undefined, Object, String, Number, Boolean, Array];
    if (type === 'custom' || native.includes(metatype)) return value;

    return validated(metatype as Class<object>, value === undefined ? {} : value);
  }
}

/** Text of so many characters (not UTF-16 units) that can be stored; blank counts as empty. */
export function IsPlainText({ min = 0, max }: { min?: number; max: number }): PropertyDecorator {
  const flaw = (value: unknown): string | undefined => textFlaw(value, { min, max });
  return ValidateBy({
    name: 'isPlainText',
    validator: {
      validate: (value: unknown) => flaw(value) === undefined,
      defaultMessage: (args) => flaw(args?.value) ?? 'must be text',
    },
  });
}

/** Any JSON value that can be stored. It is kept as it came: nothing in it is interpreted. */
export function IsJsonValue(): PropertyDecorator {
  return ValidateBy({
    name: JSON_VALUE,
    validator: {
      validate: (value: unknown) => unstorable(value, '').length === 0,
      defaultMessage: (args) => unstorable(args?.value, '')[0]?.message ?? 'must be a JSON value',
    },
  });
}

/** The field may be left out. Unlike class-validator's `IsOptional`, it does not let null pass. */
export function CanBeLeftOut(): PropertyDecorator {
  return ValidateIf((_owner, value: unknown) => value !== undefined);
}

/** One object of a class with rules of its own; a list is refused, which `ValidateNested` allows. */
export function IsNested<T extends object>(type: () => Class<T>): PropertyDecorator {
  const decorators = [Type(type), ValidateNested(), IsObject()];
  return (target, property) => decorators.forEach((decorate) => decorate(target, property));
}

/**
 * Sorts out the fields that must not reach class-transformer: it follows values to any depth and
 * calls whatever stands under `constructor`. It also drops, without a word, the names that every
 * object has, so those are refused here as the unknown fields that they are.
 */
function sift(type: Class<object>, input: Record<string, unknown>, path: string) {
  const jsonNames = jsonNamesOf(type);
  const fields: Record<string, unknown> = {};
  const jsonValues: Record<string, unknown> = {};
  const violations: Violation[] = [];
  const flawed = new Set<string>();

  for (const [name, value] of Object.entries(input)) {
    const place = pathTo(path, name);
    const isJson = jsonNames.has(name);
    const unknown = refusedName(name, place);
    const found =
      unknown.length > 0
        ? unknown
        : isJson
          ? unstorable(value, place)
          : [...tooLong(value, place), ...unstorable(value, place, refusedName)];

    if (found.length > 0) {
      violations.push(...found.slice(0, MAX_VIOLATIONS));
      flawed.add(name);
    } else if (isJson) jsonValues[name] = value;
    else fields[name] = value;
  }
  return { fields, jsonValues, violations, flawed };
}

/** No list of ours may be so long; class-transformer would take a second for a long one. */
function tooLong(value: unknown, path: string): Violation[] {
  const isTooLong = Array.isArray(value) && value.length > MAX_ENTRIES;
  return isTooLong ? [{ path, message: `must not have more than ${MAX_ENTRIES} entries` }] : [];
}

const refusedName: NameRule = (name, path) =>
  name in Object.prototype ? [{ path, message: 'is not a known field' }] : [];

/** Asked of class-validator, so that it holds for derived and mapped types too. */
function jsonNamesOf(type: Class<object>): ReadonlySet<string> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  return new Set(rules.filter(({ name }) => name === JSON_VALUE).map((rule) => rule.propertyName));
}

function messagesOf({ property, value, constraints = {} }: ValidationError): string[] {
  if ('whitelistValidation' in constraints) return ['is not a known field'];
  const rules = Object.entries(constraints);
  if (value === undefined && rules.length > 0) return ['is required'];

  return rules.map(([rule, message]) =>
    rule === 'nestedValidation' || rule === 'unknownValue'
      ? 'must be an object'
      : withoutName(message, property),
  );
}

/** The path names the field already. */
function withoutName(message: string, property: string): string {
  const each = `each value in ${property} `;
  if (message.startsWith(each)) return `every entry ${message.slice(each.length)}`;
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}

function notAnObject(value: unknown, path: string): Violation {
  const message = value === undefined ? 'is required' : 'must be an object';
  return { path: path === '' ? 'body' : path, message };
}

/** An object with fields, and no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
