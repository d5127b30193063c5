extension Filter {
  static let valueFilters: [Filter] = [
    Filter(
      "text", result: .always(.text), "the value as text", [Example("1.50 | text", #""1.5""#)]
    ) { (datum, _) throws(Refusal) in
      .text(try text(datum, "text"))
    },
    Filter(
      "default", [Parameter("value", .value)], result: .input, takesNull: true,
      "the other value in place of null, as `??`", [Example("null | default(24)", "24")],
      work: .fallback),
  ]
}
