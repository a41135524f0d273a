/** Text that is HTML already. Everything else that goes into a page is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What can stand in a template: text and numbers are escaped, lists are joined. */
export type Content = Markup | string | number | undefined | readonly Content[];

/** A template of HTML whose values are escaped unless they are markup themselves. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const rendered = parts.map((part, index) => part + render(values[index]));
  return new Markup(rendered.join(''));
}

/** Text as it is: only for what this program itself has written. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

/** Text for HTML, inside and outside of attributes in double quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  return content.map(render).join('');
}
