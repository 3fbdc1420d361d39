#include "sample_media.hpp"

#include <cstdint>
#include <cstdio>
#include <vector>

namespace cdp::test {
namespace {

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

std::uint32_t adler32(std::string_view bytes) {
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const char byte : bytes) {
    a = (a + static_cast<unsigned char>(byte)) % 65521;
    b = (b + a) % 65521;
  }
  return (b << 16) | a;
}

char low_byte(std::uint32_t value) {
  return static_cast<char>(value & 0xffU);
}

std::string big_endian(std::uint32_t value) {
  return {low_byte(value >> 24), low_byte(value >> 16), low_byte(value >> 8), low_byte(value)};
}

std::string little_endian(std::uint32_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i)
    text += low_byte(value >> (8 * i));
  return text;
}

/// A deflate stream of stored blocks.
std::string deflate_stored(std::string_view bytes) {
  constexpr std::size_t largest_block = 65535;
  std::string stream;
  do {
    const std::string_view block = bytes.substr(0, largest_block);
    bytes.remove_prefix(block.size());
    const auto size = static_cast<std::uint32_t>(block.size());
    stream += bytes.empty() ? '\x01' : '\x00';
    stream += little_endian(size, 2) + little_endian(~size, 2);
    stream += block;
  } while (!bytes.empty());
  return stream;
}

std::string png_chunk(std::string_view type, std::string_view data) {
  std::string body(type);
  body += data;
  return big_endian(static_cast<std::uint32_t>(data.size())) + body + big_endian(crc32(body));
}

}  // namespace

std::string png_image(int seed) {
  constexpr std::uint32_t side = 8;
  const auto shade = static_cast<std::uint32_t>(seed);
  const std::string pixel = {low_byte(shade * 37), low_byte(shade * 59 + 80),
                             low_byte(shade * 83 + 160)};
  std::string rows;
  for (std::uint32_t y = 0; y < side; ++y) {
    rows += '\0';  // filter: none
    for (std::uint32_t x = 0; x < side; ++x)
      rows += pixel;
  }
  const std::string eight_bit_rgb = {'\x08', '\x02', '\0', '\0', '\0'};
  const std::string zlib = "\x78\x01" + deflate_stored(rows) + big_endian(adler32(rows));
  return "\x89PNG\r\n\x1a\n" +
         png_chunk("IHDR", big_endian(side) + big_endian(side) + eight_bit_rgb) +
         png_chunk("IDAT", zlib) + png_chunk("IEND", "");
}

std::string pdf_document(std::string_view text) {
  const std::string content = "BT /F1 24 Tf 20 100 Td (" + std::string(text) + ") Tj ET";
  const std::string page =
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R"
      "/Resources<</Font<</F1 5 0 R>>>>>>";
  const std::vector<std::string> objects = {
      "<</Type/Catalog/Pages 2 0 R>>",
      "<</Type/Pages/Kids[3 0 R]/Count 1>>",
      page,
      "<</Length " + std::to_string(content.size()) + ">>stream\n" + content + "\nendstream",
      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
  };
  const std::string count = std::to_string(objects.size() + 1);
  std::string pdf = "%PDF-1.4\n";
  std::string table = "xref\n0 " + count + "\n0000000000 65535 f \n";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    char entry[32];
    std::snprintf(entry, sizeof entry, "%010zu 00000 n \n", pdf.size());
    table += entry;
    pdf += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::string start = std::to_string(pdf.size());
  return pdf + table + "trailer<</Size " + count + "/Root 1 0 R>>\nstartxref\n" + start +
         "\n%%EOF\n";
}

std::string gzip_stored(std::string_view text) {
  const std::string header = {'\x1f', '\x8b', '\x08', '\0', '\0', '\0', '\0', '\0', '\0', '\x03'};
  return header + deflate_stored(text) + little_endian(crc32(text), 4) +
         little_endian(static_cast<std::uint32_t>(text.size()), 4);
}

}  // namespace cdp::test
