import { beginSession } from './session-store';
import { tokenFromHash } from './token-from-hash';

// Imported first of all: the token must be out of the address before the router or anything else reads it.
const { token, rest } = tokenFromHash(window.location.hash);
if (window.location.hash.includes('token=')) {
  window.history.replaceState(null, '', `${window.location.pathname}${window.location.search}${rest}`);
}
if (token !== null) beginSession(token);
