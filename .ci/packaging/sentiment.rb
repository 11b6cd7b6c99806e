# Homebrew formula. Not run by the project's tests: they have no Homebrew, and
# macOS is untested. `make dist` writes the tarball whose digest belongs here:
#
#   brew install --build-from-source .ci/packaging/sentiment.rb
class Sentiment < Formula
  desc "Labels financial text negative, neutral or positive"
  homepage "https://github.com/OWNER/libsentiment"
  url "https://github.com/OWNER/libsentiment/releases/download/v0.1.0/libsentiment-0.1.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "Apache-2.0"

  depends_on "pkg-config" => :build
  depends_on "python@3.12" => :build
  depends_on "curl"
  depends_on "gnutls"
  depends_on "jansson"
  depends_on "libmicrohttpd"
  depends_on "librdkafka"
  depends_on "openssl@3"
  depends_on "pytorch"

  def install
    system "make", "install", "PREFIX=#{prefix}", "LIBTORCH=#{Formula["pytorch"].opt_prefix}"
  end

  service do
    run [opt_bin/"sentiment-cli", "serve"]
    keep_alive true
    log_path var/"log/sentiment.log"
    error_log_path var/"log/sentiment.log"
  end

  test do
    assert_match "positive", shell_output("#{bin}/sentiment-cli classify -t 'Profit doubled.'")
  end
end
