'use strict';

/**
 * The fields of one line. A field in double quotes may hold the separator, and a quote written twice.
 *
 * @param {string} line
 * @param {string} [separator]
 * @returns {string[]}
 */
function parseLine(line, separator = ',') {
  const fields = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i];
    if (quoted) {
      if (character !== '"') {
        field += character;
      } else if (line[i + 1] === '"') {
        field += '"';
        i++;
      } else {
        quoted = false;
      }
    } else if (character === '"') {
      quoted = true;
    } else if (character === separator) {
      fields.push(field);
      field = '';
    } else {
      field += character;
    }
  }
  if (quoted) {
    throw new Error('a quote is open at the end of the line');
  }
  fields.push(field);
  return fields;
}

/**
 * A field as it must be written so that it reads back the same.
 *
 * @param {string} field
 * @param {string} [separator]
 */
function formatField(field, separator = ',') {
  if (field.includes('"') || field.includes(separator)) {
    return `"${field.replaceAll('"', '""')}"`;
  } else {
    return field;
  }
}

/** Rows as objects, by the names in the first line. */
function parseTable(text) {
  const lines = text.split(/\r?\n/).filter((line) => line.length > 0);
  if (lines.length === 0) {
    return [];
  }
  const names = parseLine(lines[0]);
  return lines.slice(1).map((line) => {
    const fields = parseLine(line);
    return Object.fromEntries(names.map((name, i) => [name, i < fields.length ? fields[i] : '']));
  });
}

module.exports = { parseLine, formatField, parseTable };
