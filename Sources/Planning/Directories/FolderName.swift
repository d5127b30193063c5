/// Whether a name from Avalon or Kitsu can be that of a folder, and of nothing but that folder.
package enum FolderName {
  /// - Returns: why it cannot be; nil where it can.
  package static func objection(to name: String) -> String? {
    if name.isEmpty { return "an empty name is no folder" }
    if name.utf8.contains(UInt8(ascii: "/")) { return "'\(name)' leads into another folder ('/')" }
    if name.utf8.contains(0) { return "a name with a NUL in it is cut there" }
    guard name.utf8.first == UInt8(ascii: ".") else { return nil }
    return name.utf8.elementsEqual("..".utf8)
      ? "'..' leads out of its folder" : "'\(name)' begins with a dot: such a folder is hidden"
  }
}
