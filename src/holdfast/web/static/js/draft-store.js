// What somebody writes, kept in their own browser until the server has acknowledged it: one record for each place.

const NAME = "holdfast-drafts";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("drafts");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function inStore(mode, work) {
  const database = await open();
  try {
    const change = database.transaction("drafts", mode);
    const asked = work(change.objectStore("drafts"));
    await new Promise((resolve, reject) => {
      change.oncomplete = resolve;
      change.onerror = change.onabort = () => reject(change.error);
    });
    return asked.result;
  } finally {
    database.close();
  }
}

export const kept = (place) => inStore("readonly", (drafts) => drafts.get(place));
export const keep = (place, draft) => inStore("readwrite", (drafts) => drafts.put(draft, place));
export const forget = (place) => inStore("readwrite", (drafts) => drafts.delete(place));
