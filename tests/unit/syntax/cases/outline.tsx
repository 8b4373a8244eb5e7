import React from "react";

interface Props { title: string }

/** A card. */
export const Card: React.FC<Props> = ({ title }) => <div className="card">{title}</div>;

export default function App({ items }: { items: string[] }) {
  const handle = React.useCallback((event: Event) => { const x = 1; }, []);
  return <ul onClick={handle}>{items.map((item) => <li key={item}>{item}</li>)}</ul>;
}

class Old extends React.Component<Props, {}> {
  state = { open: false };
  render() { return <Card {...this.props} />; }
}

describe("Card", () => { it("renders", () => { render(<Card title="x" />); }); });
