import { Kbd, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { readIncidentQuery } from '../incident-list/incident-query';
import { searchTarget } from '../incident-list/search-words';
import { useKeys } from '../keyboard/use-keys';
import styles from './frame.module.css';

/** One box for everything: words of a signature, `host:…`, an incident's number, a crash's id. `/` goes there. */
export function SearchBox() {
  const navigate = useNavigate();
  const query = readIncidentQuery(useSearch({ strict: false }));
  const [text, setText] = useState(query.q ?? '');
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => setText(query.q ?? ''), [query.q]);
  useKeys({ '/': () => box.current?.select() });

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const target = searchTarget(text, query);
    box.current?.blur();
    if (target.kind === 'incident') {
      void navigate({ to: '/incidents/$number', params: { number: target.number } });
    } else if (target.kind === 'crash') {
      void navigate({ to: '/crashes/$id', params: { id: target.id } });
    } else {
      setText(target.query.q ?? '');
      void navigate({ to: '/incidents', search: target.query });
    }
  };

  return (
    <form role="search" className={styles.search} onSubmit={submit}>
      <TextInput
        ref={box}
        aria-label="Search incidents"
        placeholder="__kmalloc  host:db-1  release:6.1.0-55-amd64  OOPS-42"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        rightSection={<Kbd size="xs">/</Kbd>}
        spellCheck={false}
        autoComplete="off"
        maxLength={400}
      />
    </form>
  );
}
