import { Button, PasswordInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { Mark } from '../frame/mark';
import { beginSession, useSession } from './session-store';
import styles from './sign-in.module.css';
import { isTokenShaped } from './token-from-hash';

/** Shown in place of every page while there is no token. The address stays, so that signing in goes on where it was. */
export function SignIn() {
  const { endedBecause } = useSession();
  const [text, setText] = useState('');
  const [complaint, setComplaint] = useState<string | null>(null);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const token = text.trim();
    if (isTokenShaped(token)) beginSession(token);
    else setComplaint('A token looks like oops_<id>_<secret>.');
  };

  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={submit} aria-labelledby="sign-in">
        <h1 id="sign-in" className={styles.title}>
          <Mark /> oopstream
        </h1>
        {endedBecause !== null && (
          <p role="alert" className={styles.ended}>
            {endedBecause}. Sign in again to go on where you were.
          </p>
        )}
        <PasswordInput
          label="Token"
          description="With scope read; raw to see transcripts, admin to resolve and reopen."
          placeholder="oops_…"
          autoComplete="current-password"
          autoFocus
          spellCheck={false}
          value={text}
          error={complaint}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setComplaint(null);
          }}
        />
        <Button type="submit" fullWidth mt="md">
          Sign in
        </Button>
        <p className={styles.hint}>
          <code>npm start</code> prints a token and a link that signs in by itself. A running instance keeps
          them in <code>.local/&lt;name&gt;/connection.json</code>. The token stays in this browser until its
          last tab closes.
        </p>
      </form>
    </main>
  );
}
