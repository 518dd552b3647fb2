import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import type { MigrationSession } from './migration-session.ts';

const MODULE = '@prisma/schema-engine-wasm/schema_engine_bg';
let loaded: Promise<void> | undefined;

/**
 * Prisma's schema engine, as WebAssembly: the same one that `prisma migrate deploy` runs as a
 * native program, which would have to be downloaded. It keeps its history in
 * `_prisma_migrations`, as the command does.
 */
export async function withSchemaEngine<T>(
  session: MigrationSession,
  work: (engine: bindings.SchemaEngine) => Promise<T>,
): Promise<T> {
  loaded ??= load();
  await loaded;
  const adapter = bindMigrationAwareSqlAdapterFactory(new WholeScripts(session));
  try {
    const engine = await bindings.SchemaEngine.new(
      { datamodels: undefined },
      () => undefined,
      adapter,
    );
    return await work(engine).finally(() => engine.free());
  } catch (error) {
    throw session.reasonFor(error);
  }
}

/** The adapter alone would cut a script at every semicolon, and leave half of it after a failure. */
class WholeScripts extends PrismaPg {
  constructor(private readonly session: MigrationSession) {
    super(session.pool);
  }

  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => this.session.runScript(script);
    return adapter;
  }
}

/** Node 20 cannot import WebAssembly by itself, so the package's own entry does not load there. */
async function load(): Promise<void> {
  const bindingsUrl = import.meta.resolve(MODULE);
  const file = fileURLToPath(new URL('./schema_engine_bg.wasm', bindingsUrl));
  const { instance } = await WebAssembly.instantiate(await readFile(file), {
    './schema_engine_bg.js': importsOf(bindings),
  });
  const wasm = instance.exports as { __wbindgen_start?: () => void };
  (bindings as unknown as { __wbg_set_wasm(exports: unknown): void }).__wbg_set_wasm(wasm);
  wasm.__wbindgen_start?.();
}

/** The engine never clears the ten seconds that it gives its lock: they must not hold up the exit. */
function importsOf(module: object): WebAssembly.ModuleImports {
  const startTimer = (callback: () => void, ms: number) => setTimeout(callback, ms).unref();
  const imports = Object.entries(module).map(([name, value]: [string, unknown]) => [
    name,
    name.startsWith('__wbg_setTimeout') ? startTimer : value,
  ]);
  return Object.fromEntries(imports) as WebAssembly.ModuleImports;
}
