import files, { folders } from './.dependency-cruiser.mjs';

export default {
  forbidden: folders.forbidden,
  options: { ...files.options, exclude: { path: [...files.options.exclude.path, ...folders.options.exclude.path] } },
};
