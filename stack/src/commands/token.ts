import { StackError } from '../errors.ts';
import { dataDirOf } from '../paths.ts';
import { secretsOf } from '../secrets.ts';
import { signToken } from '../tokens.ts';

/** Prints a bearer token, signed with TOKEN_SECRET or the secret of the stack's data directory. */
export async function token(flags: { customer?: string; staff?: boolean; data: string }): Promise<void> {
  if (Boolean(flags.customer) === Boolean(flags.staff)) {
    throw new StackError('Say whose token it is: ./run token --customer NAME, or ./run token --staff');
  }
  const bearer = flags.customer ? { customer: flags.customer } : { staff: 'staff' };
  process.stdout.write(`${await signToken(bearer, secretsOf(dataDirOf(flags.data)).tokenSecret)}\n`);
}
