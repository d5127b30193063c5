/// Columns as wide as what stands in them; the last one is as long as it is.
enum TextTable {
  /// - Parameter paint: gives a row its colour, by its number.
  static func lines(
    _ titles: [String], _ rows: [[String]], _ style: TextStyle, paint: (Int, String) -> String
  ) -> [String] {
    let cells = [titles] + rows
    let widths = titles.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.enumerated().map { index, row in
      let line = zip(row, widths).enumerated().map { column, cell in
        let space = column == titles.count - 1 ? 0 : cell.1 + 2 - cell.0.count
        return cell.0 + String(repeating: " ", count: space)
      }.joined()
      return index == 0 ? style.paint(line, .bold) : paint(index - 1, line)
    }
  }
}
