// Where an action can work, and what to say where it cannot. Pure.

export interface Place {
  scheme: string;
  path: string;
}

/// Undefined if actions work on this document; else what to tell the person.
export function whyNot(place: Place | undefined): string | undefined {
  if (place === undefined) {
    return 'Countersign: open a file first, and put the cursor on what you mean.';
  }
  if (place.scheme === 'file' || isUnsavedFile(place)) {
    return undefined;
  }
  if (place.scheme === 'untitled') {
    return `Countersign: ${place.path} is not a file yet. Save it into your folder first.`;
  }
  if (place.scheme === 'countersign-proposal') {
    return 'Countersign: this is a proposed text. Decide on it in the title bar, or go to the file itself.';
  }
  return elsewhere(place);
}

/// Undefined if a server has something to do in a window with these folders, or with none, and these documents; else what to tell the person.
export function whyNotStarted(folders: readonly Place[], documents: readonly Place[] = []): string | undefined {
  const [first] = folders;
  return first === undefined || [...folders, ...documents].some((place) => place.scheme === 'file') ? undefined : elsewhere(first);
}

function elsewhere(place: Place): string {
  return `Countersign works on files of this machine, and ${place.scheme}: is something else. Open the folder from disk.`;
}

/// An untitled document that knows which file it will be: what a proposal's new file is opened as.
export function isUnsavedFile(place: Place): boolean {
  return place.scheme === 'untitled' && place.path.startsWith('/');
}

/// What may be done in a folder that is not trusted: everything that reads, and getting rid of things.
export const restrictedCommands: readonly string[] = [
  'countersign.explain',
  'countersign.review',
  'countersign.discard',
  'countersign.cancel',
  'countersign.status',
];

export const untrusted = 'Countersign: this folder is not trusted, so it only explains here. Trust the folder to have changes proposed.';
