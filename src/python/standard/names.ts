/** What a standard module is called as a package. */
const prefix = "cpython-";
export const packageName = (module: string): string => `${prefix}${module}`;
/** The module that a package's name means; null where it means none. */
export const moduleName = (name: string): string | null =>
  name.startsWith(prefix) && /^[a-z][a-z0-9]*$/.test(name.slice(prefix.length))
    ? name.slice(prefix.length)
    : null;
