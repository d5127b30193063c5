/// What becomes of a document that nothing in Kitsu stands for any more (a rule's `removed`).
package enum Disposal: Sendable {
  case keep, archive, delete
}
