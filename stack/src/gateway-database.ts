import type { Connection } from 'mongoose';

/** Opens the gateway's database for as long as it is used. */
export async function withGatewayDatabase<T>(
  { mongodbUri, name }: { mongodbUri: string; name: string },
  use: (database: Connection) => Promise<T>,
): Promise<T> {
  const { default: mongoose } = await import('mongoose');
  const options = { dbName: name, serverSelectionTimeoutMS: 5_000, ignoreUndefined: true };
  const database = await mongoose.createConnection(mongodbUri, options).asPromise();
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}
