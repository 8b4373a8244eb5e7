import React, { useState as useLocal } from "react";

type Props<T> = { items: T[]; render: (item: T, index: number) => JSX.Element };

export const List = <T,>({ items, render }: Props<T>) => {
  const [open, setOpen] = useLocal<T | null>(null);
  const title = "items";
  const Row = ({ item }: { item: T }) => <li onClick={() => setOpen(item)}>{title}</li>;
  return (
    <section title={title}>
      {items.map((item, index) => <Row key={index} {...{ item }} />)}
      <React.Fragment>{open && render(open, 0)}</React.Fragment>
      <title>title</title>
    </section>
  );
};
