/** `/c/kitchen` for Kitchen. */
export const categoryPath = (category: string): string => `/c/${encodeURIComponent(category.toLowerCase())}`;
export const categoryOfPath = (segment: string, categories: readonly string[]): string | undefined => {
  const wanted = decodeURIComponent(segment).toLowerCase();
  return categories.find((category) => category.toLowerCase() === wanted);
};
