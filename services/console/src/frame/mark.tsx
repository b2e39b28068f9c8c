/** The product's mark, 16 px. Decoration only. */
export function Mark() {
  return <img src="/mark.svg" width={16} height={16} alt="" />;
}
