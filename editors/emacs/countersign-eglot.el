;;; countersign-eglot.el --- Countersign as an eglot server  -*- lexical-binding: t -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; For Emacs 28 and newer with eglot 1.9 and newer.  In init.el:
;;   (load "/path/to/countersign-eglot.el")
;; and then M-x eglot in a buffer, or eglot-ensure in a mode hook.
;;
;; eglot runs one server for a buffer: this is for buffers that no other server manages.  diff-mode stands in
;; the same entry as the languages, and a review document belongs to the project that it names, so that one process serves both:
;; only a process that was told of a buffer can make an edit of it.

;;; Code:

(require 'eglot)
(require 'json)
(require 'project)
(require 'seq)

(defvar countersign-command '("countersign" "lsp")
  "Program and arguments that start the server.")

(defvar countersign-modes
  '(c-mode c++-mode python-mode js-mode typescript-mode go-mode java-mode rust-mode ruby-mode sh-mode csharp-mode diff-mode)
  "Major modes whose buffers one server process manages together.")

(add-to-list 'eglot-server-programs
             (cons countersign-modes (lambda (&optional _interactive) countersign-command)))

(defun countersign-find-project (directory)
  "The project that the review document in the current buffer belongs to.
DIRECTORY is where project.el begins to look; nil for every other file."
  (when (string-match-p "/countersign/proposals/\\'" (file-name-as-directory directory))
    (save-excursion
      (goto-char (point-min))
      (when (re-search-forward "^# countersign-workspace: \\(\".*\"\\)$" 2000 t)
        (let ((workspace (file-name-as-directory (json-read-from-string (match-string 1)))))
          (or (project-current nil workspace)
              (cons 'transient workspace)))))))

(add-hook 'project-find-functions #'countersign-find-project)

(defun countersign-eglot-undo ()
  "Propose to take back what was applied last."
  (interactive)
  (let* ((server (eglot-current-server))
         (provider (and server (plist-get (eglot--capabilities server) :executeCommandProvider))))
    (unless (seq-contains-p (plist-get provider :commands) "countersign.undo")
      (user-error "Countersign: eglot does not run Countersign here"))
    (jsonrpc-async-request server :workspace/executeCommand
                           '(:command "countersign.undo" :arguments [])
                           :error-fn (lambda (problem) (message "Countersign: %s" (plist-get problem :message))))))

(provide 'countersign-eglot)
;;; countersign-eglot.el ends here
