/** What the frames of a key look like, and how to find keys that look like it. */
export const joiningSql = `
-- Shapes that the crashes of a key have: a few of each key. Keys from before get theirs with their next crash.
CREATE TABLE oopstream.key_stack (
  tenant text NOT NULL,
  group_key text NOT NULL,
  -- Of the cleaning that made the stack: stacks of one version are compared.
  version integer NOT NULL,
  -- Hash of what makes one shape differ from another.
  shape text NOT NULL,
  stack jsonb NOT NULL,
  added_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, group_key, version, shape)
);

-- Where a new key looks for keys that it may be like: the blamed function, and who called it.
CREATE TABLE oopstream.key_stack_term (
  tenant text NOT NULL,
  term text NOT NULL,
  group_key text NOT NULL,
  PRIMARY KEY (tenant, term, group_key)
);

-- In how many keys each function stands, as of the last count; functions of one key alone are left out.
CREATE TABLE oopstream.frame_model (
  tenant text PRIMARY KEY,
  version integer NOT NULL,
  keys bigint NOT NULL,
  counted_at timestamptz NOT NULL
);
CREATE TABLE oopstream.frame_frequency (
  tenant text NOT NULL,
  version integer NOT NULL,
  name text NOT NULL,
  keys bigint NOT NULL,
  PRIMARY KEY (tenant, version, name)
);
`;
