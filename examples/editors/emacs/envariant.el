;;; envariant.el --- Envariant in Emacs, by eglot -*- lexical-binding: t -*-

;; Eglot is a part of Emacs 29; for Emacs 26 to 28 it is the package `eglot' of GNU ELPA (Debian: elpa-eglot).
;; Load this file from your init file, then say M-x eglot in a build file, or leave the hooks to do it.

(require 'eglot)

(defvar envariant-modes
  '(dockerfile-mode dockerfile-ts-mode makefile-mode makefile-gmake-mode yaml-mode yaml-ts-mode sh-mode bash-ts-mode)
  "The modes in which Envariant is asked.")

(add-to-list 'eglot-server-programs (cons envariant-modes '("envariant" "lsp" "--stdio")))

(dolist (mode envariant-modes)
  (add-hook (intern (concat (symbol-name mode) "-hook")) #'eglot-ensure))

(provide 'envariant)
;;; envariant.el ends here
