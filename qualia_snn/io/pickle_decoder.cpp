#include <ATen/ATen.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <unordered_map>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/pickle.h"
#include "qualia_snn/io/pickle_access.h"
#include "qualia_snn/io/pickle_numpy.h"

namespace qualia_snn::io::pickle {
namespace {

/// The bytes of a pickle, read front to back.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  T little() {
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }
  double real() { return std::bit_cast<double>(__builtin_bswap64(little<std::uint64_t>())); }
  std::string_view bytes(std::uint64_t size) { return take(size); }
  std::string text(std::uint64_t size) { return std::string(take(size)); }
  std::string line() {
    const auto end = bytes_.find('\n', at_);
    QUALIA_SNN_CHECK(end != std::string_view::npos, DataError, "the pickle ends early");
    auto text = std::string(take(end - at_));
    ++at_;
    return text;
  }
  /// The size of a BINSTRING or LONG4, which is signed.
  std::uint32_t size() {
    const auto size = little<std::int32_t>();
    QUALIA_SNN_CHECK(size >= 0, DataError, "damaged pickle: a negative size");
    return static_cast<std::uint32_t>(size);
  }
  std::int64_t integer(std::size_t size) {
    QUALIA_SNN_CHECK(size <= 8, DataError, "an integer of more than 64 bits");
    const auto digits = take(size);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t{static_cast<std::uint8_t>(digits[i])} << (8 * i);
    const bool negative = size > 0 && size < 8 && ((value >> (8 * size - 1)) & 1) != 0;
    return static_cast<std::int64_t>(negative ? value | ~std::uint64_t{0} << (8 * size) : value);
  }
  std::size_t position() const { return at_; }

 private:
  std::string_view take(std::uint64_t size) {
    QUALIA_SNN_CHECK(size <= bytes_.size() - at_, DataError, "the pickle ends early");
    const auto taken = bytes_.substr(at_, size);
    at_ += size;
    return taken;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

/// Returns whether a view stays inside a storage of `elements`; every step is checked against overflow.
bool fits(const std::vector<std::int64_t>& size, const std::vector<std::int64_t>& stride, std::int64_t offset,
          std::int64_t elements) {
  std::int64_t last = offset;
  for (std::size_t i = 0; i < size.size(); ++i) {
    if (size[i] == 0) return offset <= elements;
    std::int64_t reach = 0;
    if (__builtin_mul_overflow(size[i] - 1, stride[i], &reach) || __builtin_add_overflow(last, reach, &last))
      return false;
  }
  return last < elements;
}

class Decoder {
 public:
  Decoder(std::string_view bytes, StorageSource& storages)
      : in_(bytes), storages_(storages), budget_(64 * bytes.size() + 65536) {}

  Document run() {
    while (step()) {
    }
    return std::move(document_);
  }

 private:
  // Opcodes: Python's pickletools. Those that build classes or call functions are answered by `reduce` alone.
  bool step() {
    const auto op = in_.little<std::uint8_t>();
    // clang-format off
    switch (op) {
      case 0x80: in_.little<std::uint8_t>(); break;   // PROTO
      case 0x95: in_.little<std::uint64_t>(); break;  // FRAME
      case 'c': {                                     // GLOBAL
        const auto module = in_.line();
        push({Global{module + " " + in_.line()}});
        break;
      }
      case 0x93: {  // STACK_GLOBAL
        const auto name = pop();
        push({Global{expect<std::string>(pop(), "a string") + " " + expect<std::string>(name, "a string")}});
        break;
      }
      case 'q': memo_[in_.little<std::uint8_t>()] = copy(top()); break;                        // BINPUT
      case 'r': memo_[in_.little<std::uint32_t>()] = copy(top()); break;                       // LONG_BINPUT
      case 0x94: memo_[static_cast<std::uint32_t>(memo_.size())] = copy(top()); break;         // MEMOIZE
      case 'h': push(recall(in_.little<std::uint8_t>())); break;                         // BINGET
      case 'j': push(recall(in_.little<std::uint32_t>())); break;                        // LONG_BINGET
      case '(': marks_.push_back(stack_.size()); break;                                  // MARK
      case ')': push(make_tuple({})); break;                                             // EMPTY_TUPLE
      case 't': push(make_tuple(pop_to_mark())); break;                                  // TUPLE
      case 0x85: case 0x86: case 0x87: push(make_tuple(pop_many(op - 0x84U))); break;    // TUPLE1..3
      case ']': push({document_.lists.emplace_back(std::make_unique<List>()).get()}); break;
      case '}': push(make_dict()); break;
      case 'a': case 'e': append(op == 'a' ? pop_many(1) : pop_to_mark()); break;        // APPEND(S)
      case 's': case 'u': set_items(op == 's' ? pop_many(2) : pop_to_mark()); break;     // SETITEM(S)
      case 'X': push({in_.text(in_.little<std::uint32_t>())}); break;                    // BINUNICODE
      case 0x8c: push({in_.text(in_.little<std::uint8_t>())}); break;                    // SHORT_BINUNICODE
      case 0x8d: push({in_.text(in_.little<std::uint64_t>())}); break;                   // BINUNICODE8
      case 'U': case 'C': push({Bytes{in_.bytes(in_.little<std::uint8_t>())}}); break;   // SHORT_BINSTRING, _BINBYTES
      case 'T': push({Bytes{in_.bytes(in_.size())}}); break;                             // BINSTRING
      case 'B': push({Bytes{in_.bytes(in_.little<std::uint32_t>())}}); break;            // BINBYTES
      case 0x8e: case 0x96: push({Bytes{in_.bytes(in_.little<std::uint64_t>())}}); break;  // BINBYTES8, BYTEARRAY8
      case 'J': push({std::int64_t{in_.little<std::int32_t>()}}); break;                 // BININT
      case 'K': push({std::int64_t{in_.little<std::uint8_t>()}}); break;                 // BININT1
      case 'M': push({std::int64_t{in_.little<std::uint16_t>()}}); break;                // BININT2
      case 'I': case 'L': push(written_integer(in_.line())); break;                      // INT, LONG
      case 0x8a: push({in_.integer(in_.little<std::uint8_t>())}); break;                 // LONG1
      case 0x8b: push({in_.integer(in_.size())}); break;                                 // LONG4
      case 'G': push({in_.real()}); break;
      case 'N': push({None{}}); break;
      case 0x88: push({true}); break;
      case 0x89: push({false}); break;
      case 'Q': push({storage_ref(pop())}); break;                                       // BINPERSID
      case 'R': {                                                                        // REDUCE
        const auto arguments = pop();
        push(reduce(expect<Global>(pop(), "a function").name, arguments));
        break;
      }
      case 'b': build(pop()); break;                                                     // BUILD
      case '.': document_.root = pop(); return false;  // STOP
      default: throw DataError(concat("pickle opcode ", int{op}, " at byte ", in_.position() - 1, " is not accepted"));
    }
    // clang-format on
    return true;
  }

  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  void push(Value value) { stack_.push_back(std::move(value)); }
  Value& top() {
    QUALIA_SNN_CHECK(stack_.size() > floor(), DataError, "damaged pickle: the stack is empty");
    return stack_.back();
  }
  Value pop() {
    Value value = std::move(top());
    stack_.pop_back();
    return value;
  }
  std::vector<Value> pop_many(std::size_t count) {
    QUALIA_SNN_CHECK(stack_.size() - floor() >= count, DataError, "damaged pickle: the stack is empty");
    const auto first = stack_.end() - static_cast<std::ptrdiff_t>(count);
    std::vector<Value> values(first, stack_.end());
    stack_.erase(first, stack_.end());
    return values;
  }
  std::vector<Value> pop_to_mark() {
    QUALIA_SNN_CHECK(!marks_.empty() && stack_.size() >= marks_.back(), DataError, "damaged pickle: no mark");
    auto values = pop_many(stack_.size() - marks_.back());
    marks_.pop_back();
    return values;
  }
  const Value& recall(std::uint32_t index) {
    const auto found = memo_.find(index);
    QUALIA_SNN_CHECK(found != memo_.end(), DataError, "damaged pickle: unknown memo ", index);
    return copy(found->second);
  }
  /// Counts bytes that a few bytes of the pickle may ask for again and again: a small file must not fill the memory.
  void spend(std::size_t bytes) {
    QUALIA_SNN_CHECK(bytes <= budget_, DataError, "damaged pickle: it repeats its contents without end");
    budget_ -= bytes;
  }
  const Value& copy(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value.data)) spend(text->size());
    if (const auto* global = std::get_if<Global>(&value.data)) spend(global->name.size());
    if (const auto* storage = std::get_if<StorageRef>(&value.data)) spend(storage->key.size());
    return value;
  }
  Value make_tuple(std::vector<Value> items) {
    auto& tuple = document_.tuples.emplace_back(std::make_unique<Tuple>());
    tuple->items = std::move(items);
    return {tuple.get()};
  }
  Value make_dict() { return {document_.dicts.emplace_back(std::make_unique<Dict>()).get()}; }
  void append(std::vector<Value> values) {
    auto& items = expect<List*>(top(), "a list")->items;
    items.insert(items.end(), values.begin(), values.end());
  }
  void set_items(std::vector<Value> values) {
    QUALIA_SNN_CHECK(values.size() % 2 == 0, DataError, "damaged pickle: a key without a value");
    auto& items = expect<Dict*>(top(), "a dict")->items;
    for (std::size_t i = 0; i < values.size(); i += 2) items.emplace_back(values[i], values[i + 1]);
  }

  /// Python 2 writes integers beyond 32 bits in decimal: "12" or "12L"; 00 and 01 are booleans.
  static Value written_integer(const std::string& line) {
    if (line == "00" || line == "01") return {line == "01"};
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    const std::string_view rest(end, static_cast<std::size_t>(line.data() + line.size() - end));
    QUALIA_SNN_CHECK(error == std::errc{} && (rest.empty() || rest == "L"), DataError, "damaged pickle: '", line,
                     "' is no 64-bit integer");
    return {value};
  }

  /// Python 3 writes the bytes of protocol 2 as a call of _codecs.encode: text of characters 0 to 255, as UTF-8.
  Value encode_latin1(const Value& arguments) {
    const auto& parts = tuple(arguments, 2);
    QUALIA_SNN_CHECK(expect<std::string>(parts[1], "a string") == "latin1", DataError,
                     "damaged pickle: bytes that are not written as latin1");
    auto& bytes = *document_.texts.emplace_back(std::make_unique<std::string>());
    const auto& text = expect<std::string>(parts[0], "a string");
    spend(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto first = static_cast<std::uint8_t>(text[i]);
      if (first >= 0x80) {
        const bool two = (first == 0xc2 || first == 0xc3) && i + 1 < text.size();
        QUALIA_SNN_CHECK(two, DataError, "damaged pickle: a character that is no byte");
        bytes += static_cast<char>(first << 6 | (static_cast<std::uint8_t>(text[++i]) & 0x3f));
      } else {
        bytes += text[i];
      }
    }
    return {Bytes{bytes}};
  }

  /// Attributes of a dict, such as a state_dict's _metadata, are dropped.
  void build(const Value& state) {
    if (auto* const* array = std::get_if<Array*>(&top().data)) {
      set_array_state(**array, state);
      return spend((*array)->tensor.nbytes());
    }
    if (std::holds_alternative<Dtype>(top().data)) return check_dtype_state(state);
    expect<Dict*>(top(), "a dict");
  }

  static StorageRef storage_ref(const Value& id) {  // ("storage", class, key, device, number of elements)
    const auto& parts = tuple(id, 5);
    QUALIA_SNN_CHECK(expect<std::string>(parts[0], "a string") == "storage", DataError, "unknown persistent id");
    return {expect<std::string>(parts[2], "a string"), storage_type(expect<Global>(parts[1], "a storage class").name)};
  }

  at::Tensor rebuild_tensor(const Value& arguments) {  // (storage, offset, size, stride, requires_grad, hooks)
    const auto& parts = tuple(arguments, 4);
    const auto& ref = expect<StorageRef>(parts[0], "a storage");
    const auto offset = expect<std::int64_t>(parts[1], "an integer");
    const auto size = sizes(parts[2]);
    const auto stride = sizes(parts[3]);
    const auto storage = storages_.storage(ref.key);
    const auto elements = static_cast<std::int64_t>(storage.nbytes() / c10::elementSize(ref.type));
    QUALIA_SNN_CHECK(size.size() == stride.size() && offset >= 0 && fits(size, stride, offset, elements), DataError,
                     "a tensor of size ", at::IntArrayRef(size), " reaches beyond its storage of ", elements,
                     " elements");
    return at::empty({0}, ref.type).set_(storage, offset, size, stride);
  }

  Value reduce(const std::string& function, const Value& arguments) {
    if (function == "collections OrderedDict") {
      QUALIA_SNN_CHECK(tuple(arguments, 0).empty(), DataError, "an OrderedDict with arguments is not accepted");
      return make_dict();
    }
    if (function == "torch._utils _rebuild_tensor_v2") return {rebuild_tensor(arguments)};
    if (function == "torch._utils _rebuild_parameter") return {expect<at::Tensor>(tuple(arguments, 3)[0], "a tensor")};
    if (function == "_codecs encode") return encode_latin1(arguments);
    if (function == "__builtin__ bytes" && tuple(arguments, 0).empty()) return {Bytes{}};
    if (auto value = call_numpy(function, arguments, document_)) {
      if (auto* const* array = std::get_if<Array*>(&value->data)) spend((*array)->tensor.nbytes());
      return *std::move(value);
    }
    throw DataError(concat("the file asks for '", function, "', which is not allowed"));
  }

  Reader in_;
  StorageSource& storages_;
  std::size_t budget_;  // bytes that may still be made, see `spend`
  Document document_;
  std::vector<Value> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint32_t, Value> memo_;
};

}  // namespace

Document decode(std::string_view bytes, StorageSource& storages) { return Decoder(bytes, storages).run(); }

Document decode(std::string_view bytes) {
  struct NoStorages final : StorageSource {
    c10::Storage storage(const std::string& key) override {
      throw DataError(concat("the pickle refers to the storage \"", key, "\" of an archive"));
    }
  } none;
  return decode(bytes, none);
}

}  // namespace qualia_snn::io::pickle
