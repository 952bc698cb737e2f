/** What a build or an earlier run may have left behind in a release. */
const leftover =
  /(?:^|\/)(?:__pycache__|\.git|\.hg|\.svn|\.[a-z]+_cache|\.eggs|\.tox)\/|^build\/(?:lib|bdist|temp|scripts)|^dist\/[^/]+\.(?:whl|zip|egg|gz|bz2)$|\.(?:py[co]|orig|rej|whl|egg)$/;

/** Whether a file of a released tree may hold the answer to a task beside its source: no miner gets it, and no patch finds it where it is judged. */
export const isLeftover = (path: string): boolean => leftover.test(path);
