// What is written for a record.
#pragma once

#include "base/system/long_text.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace cdp {

/// A text for the output. Long HTML in it is read, and quoted, only while it is written.
class OutputText {
 public:
  enum class Form {
    as_it_is,
    quoted  ///< as a string of JSON
  };

  OutputText(std::string text = {}) : before_(std::move(text)) {}
  OutputText(std::string before, std::shared_ptr<const LongText> html, Form form, std::string after)
      : before_(std::move(before)), html_(std::move(html)), form_(form), after_(std::move(after)) {}

  /// About so many bytes: quoting adds some.
  std::size_t size() const;

  /// Becomes one with what follows, when both are short. @return false: they stay two
  bool join(OutputText& next);

  /// @throws Error output_error when the HTML cannot be read; what `take` throws
  void read(const LongText::Take& take) const;

 private:
  std::string before_;
  std::shared_ptr<const LongText> html_;  ///< null: `before_` is all
  Form form_ = Form::as_it_is;
  std::string after_;
};

}  // namespace cdp
