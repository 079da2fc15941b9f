/** Whose data is looked for. */
export interface Person {
  /** All customer ids that are theirs, as a guest too. */
  readonly customerIds: readonly string[];
  /** Of whom something is kept by this id: account, preferences, addresses. */
  readonly accountIds: readonly string[];
  /** The addresses that they can be written to at. */
  readonly emails: readonly string[];
}

/** One person, as two regions know them. */
export const samePerson = (one: Person, other: Person | undefined): Person => {
  const both = (ids: (person: Person) => readonly string[]) => [
    ...new Set([...ids(one), ...(other ? ids(other) : [])]),
  ];
  return {
    customerIds: both(({ customerIds }) => customerIds),
    accountIds: both(({ accountIds }) => accountIds),
    emails: both(({ emails }) => emails),
  };
};
