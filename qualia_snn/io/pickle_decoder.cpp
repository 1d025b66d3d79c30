#include <ATen/ATen.h>

#include <bit>
#include <cstring>
#include <unordered_map>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/pickle.h"

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
  std::string text(std::size_t size) { return std::string(take(size)); }
  std::string line() {
    const auto end = bytes_.find('\n', at_);
    QUALIA_SNN_CHECK(end != std::string_view::npos, DataError, "the pickle ends early");
    auto text = std::string(take(end - at_));
    ++at_;
    return text;
  }
  std::int64_t long1() {
    const std::size_t size = little<std::uint8_t>();
    QUALIA_SNN_CHECK(size <= 8, DataError, "an integer of more than 64 bits");
    const auto digits = take(size);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t{static_cast<std::uint8_t>(digits[i])} << (8 * i);
    const bool negative = size > 0 && size < 8 && ((value >> (8 * size - 1)) & 1) != 0;
    return static_cast<std::int64_t>(negative ? value | ~std::uint64_t{0} << (8 * size) : value);
  }
  std::size_t position() const { return at_; }

 private:
  std::string_view take(std::size_t size) {
    QUALIA_SNN_CHECK(size <= bytes_.size() - at_, DataError, "the pickle ends early");
    const auto taken = bytes_.substr(at_, size);
    at_ += size;
    return taken;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

template <class T>
const T& expect(const Value& value, const char* what) {
  const auto* found = std::get_if<T>(&value.data);
  QUALIA_SNN_CHECK(found, DataError, "damaged pickle: expected ", what);
  return *found;
}

const std::vector<Value>& tuple(const Value& value, std::size_t least) {
  const auto& items = expect<Tuple*>(value, "a tuple")->items;
  QUALIA_SNN_CHECK(items.size() >= least, DataError, "damaged pickle: a tuple is too short");
  return items;
}

std::vector<std::int64_t> sizes(const Value& value) {
  std::vector<std::int64_t> numbers;
  for (const auto& item : tuple(value, 0)) {
    numbers.push_back(expect<std::int64_t>(item, "an integer"));
    QUALIA_SNN_CHECK(numbers.back() >= 0, DataError, "damaged pickle: a negative size");
  }
  return numbers;
}

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
  Decoder(std::string_view bytes, StorageSource& storages) : in_(bytes), storages_(storages) {}

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
      case 'q': memo_[in_.little<std::uint8_t>()] = top(); break;                        // BINPUT
      case 'r': memo_[in_.little<std::uint32_t>()] = top(); break;                       // LONG_BINPUT
      case 0x94: memo_[static_cast<std::uint32_t>(memo_.size())] = top(); break;         // MEMOIZE
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
      case 'J': push({std::int64_t{in_.little<std::int32_t>()}}); break;                 // BININT
      case 'K': push({std::int64_t{in_.little<std::uint8_t>()}}); break;                 // BININT1
      case 'M': push({std::int64_t{in_.little<std::uint16_t>()}}); break;                // BININT2
      case 0x8a: push({in_.long1()}); break;
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
      case 'b':  // BUILD: attributes such as a state_dict's _metadata are dropped
        pop();
        expect<Dict*>(top(), "a dict");
        break;
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
  const Value& recall(std::uint32_t index) const {
    const auto found = memo_.find(index);
    QUALIA_SNN_CHECK(found != memo_.end(), DataError, "damaged pickle: unknown memo ", index);
    return found->second;
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
    throw DataError(concat("the file asks for '", function, "', which is not allowed"));
  }

  Reader in_;
  StorageSource& storages_;
  Document document_;
  std::vector<Value> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint32_t, Value> memo_;
};

}  // namespace

Document decode(std::string_view bytes, StorageSource& storages) { return Decoder(bytes, storages).run(); }

}  // namespace qualia_snn::io::pickle
