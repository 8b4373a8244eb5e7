// What a proposal's texts are called. To the server they are countersign-proposal:/7/before/src/a.cpp and /7/after/src/a.cpp; the editor
// takes two paths for a file that was moved and shows both, so to it they are the same path in two places. Pure.

export interface Named {
  scheme: string;
  authority: string;
  path: string;
}

/// What the editor calls it; undefined if it is no proposal's text.
export function inEditor({ scheme, path }: Named): { authority: string; path: string } | undefined {
  const [, proposal, side, rest] = scheme === 'countersign-proposal' ? (/^\/(\d+)\/(before|after)(\/.+)$/.exec(path) ?? []) : [];
  return rest === undefined ? undefined : { authority: `${side}-${proposal}`, path: rest };
}

/// What the server calls it; undefined if it is no proposal's text.
export function onServer({ scheme, authority, path }: Named): { authority: string; path: string } | undefined {
  const [, side, proposal] = scheme === 'countersign-proposal' ? (/^(before|after)-(\d+)$/.exec(authority) ?? []) : [];
  return side === undefined ? undefined : { authority: '', path: `/${proposal}/${side}${path}` };
}
