// Ceremonies of passkeys (Web Authentication level 3). They run between browser and server alone: a page's circuit never holds what is signed.
// Every function answers {fault} with a sentence, or what the server said.

async function post(url, body) {
  const token = document.querySelector('input[name=__RequestVerificationToken]')?.value ?? '';
  const response = await fetch(url, {
    method: 'POST', credentials: 'same-origin', body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', RequestVerificationToken: token },
  });
  if (response.status === 429) return { fault: 'Too many attempts. Wait half a minute and try again.' };
  if (response.status === 401 || response.status === 403) return { fault: 'You are not signed in any more.' };
  try { return await response.json(); } catch { return { fault: 'The console did not answer. Try again.' }; }
}

function words(error) {
  switch (error.name) {
    case 'NotAllowedError': return 'The passkey was not used: it was cancelled, or took too long.';
    case 'InvalidStateError': return 'This passkey is enrolled already.';
    case 'SecurityError': return 'Passkeys need the console\'s own address (https, or localhost).';
    default: return 'The passkey could not be used: ' + error.message;
  }
}

const usable = () => window.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined;
const missing = { fault: 'This browser cannot use passkeys here: they need a recent browser, and https or localhost.' };

export async function enrol(name) {
  if (!usable()) return missing;
  const begun = await post('/account/passkeys/options', {});
  if (begun.fault) return begun;
  try {
    const credential = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(begun.options) });
    return await post('/account/passkeys/enrol', { name, credential: JSON.stringify(credential) });
  } catch (error) { return { fault: words(error) }; }
}

export async function decide(approval, choice, reason, limit, inBulk) {
  if (!usable()) return missing;
  const begun = await post('/account/approvals/options', { approval, choice, reason, limit, inBulk });
  if (begun.fault) return begun;
  try {
    const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(begun.options) });
    return await post('/account/approvals', { ceremony: begun.ceremony, credential: JSON.stringify(credential) });
  } catch (error) { return { fault: words(error) }; }
}
