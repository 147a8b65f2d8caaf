import * as React from "react";

type Props<T> = { items: readonly T[]; render?: (item: T) => JSX.Element };

export function List<T extends { id: string }>({ items, render = (i) => <li key={i.id}>{i.id}</li> }: Props<T>) {
  const [open, setOpen] = React.useState<boolean>(false);
  const generic = <U,>(u: U) => u;
  return (
    <>
      <Menu.Item<string> name="a &amp; b" {...items} onClick={() => setOpen(!open)} aria-label='x' disabled>
        Text with &nbsp; entity, “quotes” and it's fine
        {/* comment */}
        {open ? <b>yes</b> : null}
        {items.map(render)}
      </Menu.Item>
      <svg:path d="M0 0" />
      <input value={`t${open}`} />
      {...items}
    </>
  );
}

class View extends React.Component<Props<any>> {
  static defaultProps = { items: [] as string[] };
  render() {
    if (a < b && c > d) return null
    return <div className="x">{this.props.children}</div>
  }
}

const less = a < b;
const call = f<string>("x");
